/** Rules: every sentence of vendor behaviour with its evidence, searched and filtered. */

import { rulesById } from "../api.js";
import { code, empty, fill, h, statusBadge } from "../dom.js";
import { evidence, gradeBadge } from "../exchange.js";
import { Filters, choice, search, vendorChoice } from "../filters.js";
import { link } from "../route.js";

export async function show({ body }) {
  const rules = [...(await rulesById()).values()];
  const grades = new Set(rules.map((rule) => rule.grade));
  const grade = choice("Grade", [["", "Any grade"], ...grades]);
  const inputs = { vendor: vendorChoice(), grade, text: search("Sentence, id, source …") };
  const filters = new Filters(inputs, render);
  const count = h("span.note", { role: "status" });
  const list = h("div");
  fill(body, h("div.bar", Object.values(inputs), count), list);

  function matches(rule) {
    const { vendor, grade } = filters.values();
    return (!vendor || rule.vendor === vendor) && (!grade || rule.grade === grade) &&
      filters.finds(rule.id, rule.sentence, rule.source, rule.on_page, rule.message, rule.setting);
  }

  function render() {
    const matching = rules.filter(matches);
    count.textContent = `${matching.length} of ${rules.length}`;
    fill(list, matching.length ? matching.map(card) : empty("No rule matches."));
  }

  return { update: filters.update };
}

function card(rule) {
  return h("article.card",
    h("h2", link("rules", { text: rule.id }, code(rule.id)), " ",
      gradeBadge(rule), " ", rule.status && statusBadge(rule.status)),
    h("p", rule.sentence),
    rule.message && h("p", "Its message: ", code(rule.message)),
    evidence(rule),
    rule.setting && h("p", "Setting ", link("settings", { text: rule.setting }, code(rule.setting)),
      ", by default ", code(rule.default)));
}
