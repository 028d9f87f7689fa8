/** Faults: the armed ones with their counters, and forms that arm one and invalidate credentials. */

import { ask, constant, inSandbox } from "../api.js";
import { badge, code, confirmButton, empty, fill, h, table } from "../dom.js";
import { follow } from "../feed.js";
import { schema, schemaForm } from "../form.js";
import { say } from "../messages.js";
import { VENDORS } from "../vendors.js";

const TITLES = ["Fault", "Applies to", "Matched", "Triggered", "Actions"];
const MATCH = ["vendor", "operation", "method", "path", "event_type"];

export async function show({ body, feed, sandbox, signal }) {
  const list = h("div", {});
  const { properties: members, required, "x-kinds": kinds } = await schema("FaultRequest");
  const { operations } = await constant("/operations");
  fill(body, list, h("div", { class: "columns" }, armForm(), await credentialsForm()));

  async function load() {
    const { faults } = await ask("GET", inSandbox(sandbox, "/faults"), { signal });
    fill(list, faults.length
      ? [table("Armed faults", TITLES, faults, cells),
        confirmButton("Disarm all", "Disarm all of them?", () => disarm(""))]
      : empty("No fault is armed. Requests are answered as the vendor would."));
  }

  function cells(fault) {
    const present = (names, sign) =>
      names.filter((name) => fault[name] !== undefined).map((name) => name + sign + fault[name]).join(", ");
    const disarmButton = { class: "quiet", "aria-label": `Disarm fault ${fault.number}` };
    const isSpent = fault.times > 0 && fault.triggered >= fault.times;
    return [
      [code(fault.kind), " ", present(Object.keys(kinds[fault.kind].parameters), "="), " ",
        isSpent ? badge("spent") : badge("armed", "s5")],
      present(MATCH, " ") || "all",
      fault.matched,
      `${fault.triggered} of ${fault.times || "any"}`,
      h("button", { ...disarmButton, onclick: () => disarm(`/${fault.number}`) }, "Disarm"),
    ];
  }

  async function disarm(which) {
    await ask("DELETE", inSandbox(sandbox, `/faults${which}`));
    await load();
  }

  function armForm() {
    const special = [...new Set(Object.values(kinds).flatMap(({ parameters }) => Object.keys(parameters)))];
    const sentence = h("p", { class: "note", role: "status" });
    const inputs = { operation: { list: "operations" } };
    const form = schemaForm({ title: "Arm a fault", button: "Arm", members, required, act, arrange, inputs });

    function arrange({ kind, ...fields }) {
      const part = (test) => Object.keys(fields).filter(test).map((name) => fields[name]);
      return [
        kind, sentence, part((name) => special.includes(name)),
        h("details", {}, h("summary", {}, "Only some requests"), part((name) => MATCH.includes(name))),
        h("details", {}, h("summary", {}, "How often"),
          part((name) => !special.includes(name) && !MATCH.includes(name))),
        h("datalist", { id: "operations" }, operations.map(({ id }) => h("option", { value: id }))),
      ];
    }

    function choose() {
      const { description, parameters } = kinds[form.elements.kind.value];
      sentence.textContent = description;
      for (const name of special) {
        form.elements[name].closest(".field").hidden = !(name in parameters);
        form.elements[name].placeholder = parameters[name] ?? "";
      }
    }

    async function act(entered) {
      const { number, kind } = await ask("POST", inSandbox(sandbox, "/faults"), { body: entered });
      await load();
      say(`Armed fault ${number}: `, code(kind), ".");
    }

    form.addEventListener("change", choose);
    choose();
    return form;
  }

  async function credentialsForm() {
    const change = await schema("CredentialChange");
    const states = h("datalist", { id: "states" });
    const form = schemaForm({ title: "Invalidate credentials", button: "Invalidate", members: change.properties,
      required: change.required, act, inputs: { state: { list: "states" } } });

    function choose() {
      const known = VENDORS[form.elements.vendor.value].credential_states;
      fill(states, known.map((value) => h("option", { value })));
      form.elements.state.value = known[0];
    }

    async function act(entered) {
      const { vendor, state, owner } = await ask("POST", inSandbox(sandbox, "/credentials"), { body: entered });
      say(`Credentials of ${vendor} are now `, code(state), owner && [" for ", code(owner)], ".");
    }

    form.append(states);
    form.elements.vendor.addEventListener("change", choose);
    choose();
    return form;
  }

  follow(feed, load, signal);
  await load();
}
