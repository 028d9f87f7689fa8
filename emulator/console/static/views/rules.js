/** Rules: every sentence of vendor behaviour with its evidence, searched and filtered. */

import { rulesById } from "../api.js";
import { badge, code, empty, fill, h, select } from "../dom.js";
import { source } from "../exchange.js";
import { address, replaceParams } from "../route.js";
import { VENDORS } from "../vendors.js";

export async function show({ body, route }) {
  const rules = await rulesById();
  const grades = [...new Set([...rules.values()].map((rule) => rule.grade))];
  const vendor = select({ "aria-label": "Vendor", onchange: filter },
    [["", "All vendors"], ...Object.entries(VENDORS).map(([name, { title }]) => [name, title])], route.params.get("vendor"));
  const grade = select({ "aria-label": "Grade", onchange: filter }, [["", "Any grade"], ...grades], route.params.get("grade"));
  const text = h("input", { type: "search", placeholder: "Sentence, id, source …", "aria-label": "Text", oninput: filter,
    value: route.params.get("text") });
  const count = h("span", { class: "note", role: "status" });
  const all = h("a", { class: "button quiet", href: address("rules"), hidden: true }, "All rules");
  const list = h("div", { class: "rules" });
  let only = route.id;
  fill(body, h("div", { class: "bar" }, vendor, grade, text, all, count), list);

  function filter() {
    if (only) {
      only = null;
      history.replaceState(null, "", address("rules"));
    }
    replaceParams({ vendor: vendor.value, grade: grade.value, text: text.value });
    render();
  }

  function matches(rule) {
    if (only) return rule.id === only;
    const words = text.value.trim().toLowerCase().split(/\s+/);
    const searched = `${rule.id} ${rule.sentence} ${rule.source} ${rule.on_page ?? ""} ${rule.message ?? ""} ${rule.setting ?? ""}`.toLowerCase();
    return (!vendor.value || rule.vendor === vendor.value) && (!grade.value || rule.grade === grade.value) &&
      words.every((word) => searched.includes(word));
  }

  function render() {
    const matching = [...rules.values()].filter(matches);
    all.hidden = !only;
    count.textContent = `${matching.length} of ${rules.size}`;
    fill(list, matching.length ? matching.map(renderRule) : empty(only ? `There is no rule ${only}.` : "No rule matches."));
  }

  render();
  return (next) => {
    only = next.id;
    for (const [name, input] of Object.entries({ vendor, grade, text })) input.value = next.params.get(name) ?? "";
    render();
    return true;
  };
}

function renderRule(rule) {
  return h("article", { class: "card rule" },
    h("h2", {}, h("a", { href: address("rules", rule.id) }, code(rule.id)), " ", badge(rule.grade, rule.grade),
      rule.status ? [" ", badge(String(rule.status), `s${Math.floor(rule.status / 100)}`)] : null),
    h("p", { class: "sentence" }, rule.sentence),
    rule.message && h("p", {}, "Its message: ", code(rule.message)),
    rule.on_page && h("p", { class: "source" }, `The documentation says: ${rule.on_page}`),
    h("p", { class: "source" }, source(rule.source), `, ${rule.date}`),
    rule.setting && h("p", { class: "setting" }, "Setting ",
      h("a", { href: address("settings", rule.setting) }, code(rule.setting)), ", by default ", code(String(rule.default))));
}
