/** Faults: the armed ones with their counters, and forms that arm one and invalidate credentials. */

import { constant } from "../api.js";
import { badge, code, confirmButton, empty, fill, h, refresh, table } from "../dom.js";
import { schema, schemaForm } from "../form.js";
import { say } from "../messages.js";
import { VENDORS } from "../vendors.js";

const TITLES = ["Fault", "Applies to", "Matched", "Triggered", "Actions"];
const MATCH = ["vendor", "operation", "method", "path", "event_type"];

export async function show({ body, sandbox }) {
  const list = h("div");
  const { properties: members, required, "x-kinds": kinds } = await schema("FaultRequest");
  const { operations } = await constant("/operations");
  fill(body, list, h("div.columns", armForm(), await credentialsForm()));

  async function load() {
    const { faults } = await sandbox.get("/faults");
    refresh(list, faults.length
      ? [table("Armed faults", TITLES, faults, cells),
        confirmButton("Disarm all", "Disarm all of them?", () => disarm(""))]
      : empty("No fault is armed. Requests are answered as the vendor would."));
  }

  function cells(fault) {
    const present = (names, sign) =>
      names.filter((name) => fault[name] !== undefined).map((name) => name + sign + fault[name]).join(", ");
    const isSpent = fault.times > 0 && fault.triggered >= fault.times;
    return [
      [code(fault.kind), " ", present(Object.keys(kinds[fault.kind].parameters), "="), " ",
        isSpent ? badge("spent") : badge("armed", "s5")],
      present(MATCH, " ") || "all",
      fault.matched,
      `${fault.triggered} of ${fault.times || "any"}`,
      h("button.quiet", { "aria-label": `Disarm fault ${fault.number}`, onclick: () => disarm(`/${fault.number}`) },
        "Disarm"),
    ];
  }

  async function disarm(which) {
    await sandbox.change("DELETE", `/faults${which}`);
    await load();
  }

  function armForm() {
    const special = [...new Set(Object.values(kinds).flatMap(({ parameters }) => Object.keys(parameters)))];
    const sentence = h("p.note", { role: "status" });
    const inputs = { operation: { list: "operations" } };
    const form = schemaForm({ title: "Arm a fault", button: "Arm", members, required, act, arrange, inputs });

    function arrange({ kind, ...fields }) {
      const others = Object.keys(fields).filter((name) => ![...special, ...MATCH].includes(name));
      const some = (names) => names.map((name) => fields[name]);
      return [
        kind, sentence, some(special),
        h("details", h("summary", "Only some requests"), some(MATCH)),
        h("details", h("summary", "How often"), some(others)),
        h("datalist", { id: "operations" }, operations.map(({ id }) => h("option", { value: id }))),
      ];
    }

    function choose() {
      const { description, parameters } = kinds[form.elements.kind.value];
      sentence.textContent = description;
      for (const name of special) {
        const input = form.elements[name];
        input.disabled = input.closest(".field").hidden = !(name in parameters);
        input.placeholder = parameters[name] ?? "";
      }
    }

    async function act(entered) {
      const { number, kind } = await sandbox.change("POST", "/faults", entered);
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
      const { vendor, state, owner } = await sandbox.change("POST", "/credentials", entered);
      say(`Credentials of ${vendor} are now `, code(state), owner && [" for ", code(owner)], ".");
    }

    form.append(states);
    form.elements.vendor.addEventListener("change", choose);
    choose();
    return form;
  }

  return { load };
}
