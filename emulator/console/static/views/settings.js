/** Settings: those of the sandbox by vendor, with what was changed marked. */

import { constant } from "../api.js";
import { badge, code, empty, fill, h } from "../dom.js";
import { Filters, choice, search } from "../filters.js";
import { inputFor, valueOf } from "../form.js";
import { report, say } from "../messages.js";
import { VENDORS } from "../vendors.js";

export async function show({ body, feed, sandbox }) {
  const known = (await constant("/settings")).settings;
  let inForce = {};
  let changed = [];
  const inputs = { text: search("Name, sentence …"), changed: choice("Which", [["", "All"], ["true", "Changed"]]) };
  const filters = new Filters(inputs, render);
  const list = h("div");
  fill(body, h("div.bar", Object.values(inputs)), list);

  function matches({ name, description }) {
    const isWanted = !inputs.changed.value || changed.includes(name);
    return name in inForce && isWanted && filters.finds(name, description);
  }

  function render() {
    const matching = known.filter(matches);
    const groups = Map.groupBy(matching, ({ name }) => VENDORS[name.split("_")[0]]?.title ?? "All vendors");
    fill(list, matching.length ? [...groups].map(([title, settings]) =>
      h("section.card", h("h2", title), settings.map(form))) : empty("No setting matches."));
  }

  function form({ name, description, values, default: usual }) {
    const id = `setting-${name}`;
    const type = { ...values, enum: values.choices };
    const bounds = { required: values.type !== "text", min: values.lowest, max: values.highest };
    const input = inputFor(type, { id, name, ...bounds, "aria-describedby": `${id}-help` });
    const save = h("button", { hidden: true }, "Save");
    const restore = h("button.quiet", { type: "button", onclick: () => change(name, usual) }, "Restore the default");
    const isChanged = changed.includes(name);
    input.value = inForce[name];
    function submit(event) {
      event.preventDefault();
      return change(name, valueOf(type, input));
    }
    return h("form.setting", { onsubmit: submit, oninput: () => (save.hidden = false) },
      h("label", { for: id }, code(name), isChanged && [" ", badge("changed", "s4")]),
      h("small", { id: `${id}-help` }, description, " By default ", code(usual), "."),
      h("div.bar", input, save, isChanged && restore));
  }

  async function change(name, value) {
    take(await sandbox.change("PATCH", "/settings", { settings: { [name]: value } }));
    list.querySelector(`#setting-${name}`)?.focus();
    say(code(name), " is now ", code(inForce[name]), ". It applies from the next request on.");
  }

  function take(answer) {
    ({ settings: inForce, changed } = answer);
    render();
  }

  const load = async () => take(await sandbox.get("/settings"));
  feed.addEventListener("cleared", () => load().catch(report), { signal: sandbox.signal });
  await load();
  return { update: filters.update };
}
