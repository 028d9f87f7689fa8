/** Rules: every sentence of vendor behaviour with its evidence, searched and filtered. */

import { rulesById } from "../api.js";
import { code, empty, fill, h, statusBadge } from "../dom.js";
import { evidence, gradeBadge } from "../exchange.js";
import { Filters, choice, search, vendorChoice } from "../filters.js";
import { address } from "../route.js";

export async function show({ body, route }) {
  const rules = [...(await rulesById()).values()];
  const grades = new Set(rules.map((rule) => rule.grade));
  const grade = choice("Grade", [["", "Any grade"], ...grades]);
  const inputs = { vendor: vendorChoice(), grade, text: search("Sentence, id, source …") };
  const filters = new Filters(route, inputs, render, false);
  const count = h("span", { class: "note", role: "status" });
  const all = h("a", { class: "button quiet", href: address("rules") }, "All rules");
  const list = h("div", {});
  fill(body, h("div", { class: "bar" }, Object.values(inputs), all, count), list);

  function matches(rule) {
    if (filters.id) return rule.id === filters.id;
    const { vendor, grade } = filters.values();
    return (!vendor || rule.vendor === vendor) && (!grade || rule.grade === grade) &&
      filters.finds(rule.id, rule.sentence, rule.source, rule.on_page, rule.message, rule.setting);
  }

  function render() {
    const matching = rules.filter(matches);
    all.hidden = !filters.id;
    count.textContent = `${matching.length} of ${rules.length}`;
    fill(list, matching.length ? matching.map(card) : empty("No rule matches."));
  }

  render();
  return (next) => {
    filters.set(next);
    render();
  };
}

function card(rule) {
  return h("article", { class: "card" },
    h("h2", {}, h("a", { href: address("rules", rule.id) }, code(rule.id)), " ",
      gradeBadge(rule), " ", rule.status && statusBadge(rule.status)),
    h("p", {}, rule.sentence),
    rule.message && h("p", {}, "Its message: ", code(rule.message)),
    evidence(rule),
    rule.setting && h("p", {}, "Setting ", h("a", { href: address("settings", rule.setting) }, code(rule.setting)),
      ", by default ", code(rule.default)));
}
