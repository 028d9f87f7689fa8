/** Faults: the armed ones with their counters, and forms that arm one and invalidate credentials. */

import { ask, constant, inSandbox } from "../api.js";
import { badge, code, confirmButton, empty, fill, h, throttle } from "../dom.js";
import { field, schema, values } from "../form.js";
import { report, say } from "../messages.js";
import { row, table } from "../table.js";
import { VENDORS } from "../vendors.js";

const TITLES = ["Fault", "Applies to", "Matched", "Triggered", "Actions"];
const MATCH = ["vendor", "operation", "method", "path"];

export async function show({ body, feed, sandbox, signal }) {
  const list = h("div", {});
  const request = await schema("FaultRequest");
  fill(body, list, h("div", { class: "columns" }, await armForm(), await credentialsForm()));

  async function load() {
    const { faults } = await ask("GET", inSandbox(sandbox, "/faults"), { signal });
    fill(list, faults.length
      ? [table("Armed faults", TITLES, faults.map(renderRow)),
        h("p", {}, confirmButton("Disarm all", "Disarm all of them?", () => disarm("")))]
      : empty("No fault is armed. Requests are answered as the vendor would."));
  }

  function renderRow(fault) {
    const parameters = Object.keys(request["x-kinds"][fault.kind].parameters)
      .filter((name) => fault[name] !== undefined)
      .map((name) => `${name}=${fault[name]}`);
    const spent = fault.times > 0 && fault.triggered >= fault.times;
    const limits = MATCH.filter((name) => fault[name]).map((name) => `${name} ${fault[name]}`);
    return row(TITLES, [
      [code(fault.kind), " ", parameters.join(", "), " ", spent ? badge("spent") : badge("armed", "fault")],
      limits.join(", ") || "every request",
      String(fault.matched),
      `${fault.triggered} of ${fault.times || "any"}`,
      h("button", { class: "quiet", "aria-label": `Disarm fault ${fault.number}`, onclick: () => disarm(`/${fault.number}`) }, "Disarm"),
    ]);
  }

  async function disarm(which) {
    await ask("DELETE", inSandbox(sandbox, `/faults${which}`));
    await load();
  }

  async function armForm() {
    const kinds = request["x-kinds"];
    const special = new Set(Object.values(kinds).flatMap((kind) => Object.keys(kind.parameters)));
    const sentence = h("p", { class: "note", role: "status" });
    const inputs = Object.entries(request.properties).map(([name, member]) => {
      const properties = name === "operation" ? { list: "operations" } : {};
      const options = { prefix: "fault", required: request.required.includes(name), properties };
      const element = field(name, member, options);
      element.dataset.name = name;
      return element;
    });
    const part = (test) => inputs.filter((input) => test(input.dataset.name));
    const form = h("form", { class: "card", onsubmit: arm, onchange: choose },
      h("h2", {}, "Arm a fault"),
      part((name) => name === "kind"), sentence, part((name) => special.has(name)),
      h("details", {}, h("summary", {}, "Only some requests"), part((name) => MATCH.includes(name))),
      h("details", {}, h("summary", {}, "How often"),
        part((name) => name !== "kind" && !special.has(name) && !MATCH.includes(name))),
      await operationIds(),
      h("p", {}, h("button", {}, "Arm")));

    function choose() {
      const kind = kinds[form.elements.kind.value];
      sentence.textContent = kind.description;
      for (const input of inputs) {
        const { name } = input.dataset;
        if (!special.has(name)) continue;
        input.hidden = !(name in (kind.parameters));
        form.elements[name].placeholder = kind.parameters[name] ?? "";
      }
    }

    async function arm(event) {
      event.preventDefault();
      const fault = await ask("POST", inSandbox(sandbox, "/faults"), { body: values(form, request) });
      await load();
      say("Armed fault ", String(fault.number), ": ", code(fault.kind), ".");
    }

    choose();
    return form;
  }

  async function operationIds() {
    const { operations } = await constant("/operations");
    return h("datalist", { id: "operations" }, operations.map(({ id }) => h("option", { value: id })));
  }

  async function credentialsForm() {
    const change = await schema("CredentialChange");
    const states = h("datalist", { id: "states" });
    const form = h("form", { class: "card", onsubmit: invalidate, onchange: choose },
      h("h2", {}, "Invalidate credentials"),
      Object.entries(change.properties).map(([name, member]) => {
        const properties = name === "state" ? { list: "states", value: "expired" } : {};
        return field(name, member, { prefix: "credential", required: change.required.includes(name), properties });
      }),
      states,
      h("p", {}, h("button", {}, "Invalidate")));
    function choose(event) {
      const known = VENDORS[form.elements.vendor.value]?.states ?? [];
      fill(states, known.map((value) => h("option", { value })));
      if (event?.target.name === "vendor") form.elements.state.value = known[0] ?? "";
    }

    async function invalidate(event) {
      event.preventDefault();
      const done = await ask("POST", inSandbox(sandbox, "/credentials"), { body: values(form, change) });
      say(`Credentials of ${done.vendor} are now `, code(done.state), done.owner ? [" for ", code(done.owner)] : "", ".");
    }

    choose();
    return form;
  }

  const refresh = throttle(() => load().catch(report), 300);
  feed.addEventListener("exchanges", refresh, { signal });
  feed.addEventListener("cleared", refresh, { signal });
  await load();
}
