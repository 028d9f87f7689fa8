/** Settings: those of the sandbox by vendor, with what was changed marked. */

import { ask, constant, inSandbox } from "../api.js";
import { badge, code, empty, fill, h, select } from "../dom.js";
import { report, say } from "../messages.js";
import { address, replaceParams } from "../route.js";
import { VENDORS, titleOf } from "../vendors.js";

export async function show({ body, route, feed, sandbox, signal }) {
  const known = new Map((await constant("/settings")).settings.map((setting) => [setting.name, setting]));
  let inForce = {};
  let changedNames = [];
  const text = h("input", { type: "search", placeholder: "Name, sentence …", "aria-label": "Text", oninput: filter,
    value: route.params.get("text") });
  const changed = h("input", { type: "checkbox", checked: route.params.has("changed"), onchange: filter });
  const all = h("a", { class: "button quiet", href: address("settings"), hidden: true }, "All settings");
  const list = h("div", {});
  let only = route.id;
  fill(body, h("div", { class: "bar" }, text, h("label", { class: "check" }, changed, " Only changed ones"), all), list);

  function filter() {
    if (only) {
      only = null;
      history.replaceState(null, "", address("settings"));
    }
    replaceParams({ text: text.value, changed: changed.checked ? "true" : "" });
    render();
  }

  const isChanged = (name) => changedNames.includes(name);

  function matches(name) {
    if (only) return name === only;
    const words = text.value.trim().toLowerCase().split(/\s+/);
    const searched = `${name} ${known.get(name).description}`.toLowerCase();
    return (!changed.checked || isChanged(name)) && words.every((word) => searched.includes(word));
  }

  function render() {
    const groups = new Map([["", []], ...Object.keys(VENDORS).map((vendor) => [vendor, []])]);
    for (const name of Object.keys(inForce).filter((other) => known.has(other) && matches(other))) {
      groups.get(Object.keys(VENDORS).find((vendor) => name.startsWith(`${vendor}_`)) ?? "").push(name);
    }
    all.hidden = !only;
    const sections = [...groups].filter(([, names]) => names.length).map(([vendor, names]) =>
      h("section", { class: "card settings" }, h("h2", {}, vendor ? titleOf(vendor) : "All vendors"), names.map(renderSetting)));
    fill(list, sections.length ? sections : empty(only ? `There is no setting ${only}.` : "No setting matches."));
  }

  function renderSetting(name) {
    const setting = known.get(name);
    const input = inputFor(setting, inForce[name]);
    const save = h("button", { hidden: true }, "Save");
    const restore = h("button", { type: "button", class: "quiet", hidden: !isChanged(name), onclick: () => change(name, setting.default) },
      "Restore the default");
    input.addEventListener("input", () => (save.hidden = false));
    function submit(event) {
      event.preventDefault();
      return change(name, valueOf(input, setting.values));
    }
    return h("form", { class: "setting", onsubmit: submit },
      h("label", { for: input.id }, code(name), isChanged(name) ? [" ", badge("changed", "s4")] : null),
      h("small", { id: `${input.id}-help` }, setting.description, " By default ", code(String(setting.default)), "."),
      h("div", { class: "bar" }, input, save, restore));
  }

  async function change(name, value) {
    ({ settings: inForce, changed: changedNames } = await ask("PATCH", inSandbox(sandbox, "/settings"), { body: { settings: { [name]: value } } }));
    render();
    say(code(name), " is now ", code(String(inForce[name])), ". It applies from the next request on.");
  }

  async function load() {
    ({ settings: inForce, changed: changedNames } = await ask("GET", inSandbox(sandbox, "/settings"), { signal }));
    render();
  }

  feed.addEventListener("cleared", () => load().catch(report), { signal });
  await load();
  return (next) => {
    only = next.id;
    text.value = next.params.get("text") ?? "";
    render();
    return true;
  };
}

function inputFor({ name, values }, value) {
  const properties = { id: `setting-${name}`, "aria-describedby": `setting-${name}-help` };
  const choices = values.type === "boolean" ? ["true", "false"] : values.choices;
  if (choices) return select(properties, choices, String(value));
  if (values.type === "integer") {
    return h("input", { ...properties, type: "number", min: values.lowest, max: values.highest, value: String(value) });
  }
  return h("input", { ...properties, class: "long", value, spellcheck: "false", autocomplete: "off" });
}

function valueOf(input, { type }) {
  if (type === "boolean") return input.value === "true";
  return type === "integer" ? Number(input.value) : input.value;
}
