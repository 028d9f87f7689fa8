/** Usage: what the requests of the sandbox used of each vendor's limits. */

import { bytes, code, h, refresh, table, terms } from "../dom.js";
import { link } from "../route.js";
import { titleOf } from "../vendors.js";

const TITLES = ["Limit", "Of", "Used", "Limit is", "Share"];

export async function show({ body, sandbox }) {
  async function load() {
    const { vendors } = await sandbox.get("/usage");
    refresh(body, vendors.map((usage) => h("section",
      h("h2", titleOf(usage.vendor)),
      terms("facts", [
        ["Calls", usage.calls], ["In a minute", usage.calls_per_minute], ["In a day", usage.calls_per_day],
        ["At once", usage.concurrent], ["Over a limit", usage.rate_limited],
        ["Up", bytes(usage.bytes_up)], ["Down", bytes(usage.bytes_down)]]),
      usage.limits.length > 0 && table(`Limits of ${titleOf(usage.vendor)}`, TITLES, usage.limits, cells))));
  }

  function cells({ rule, scope, id, measure, used, limit, share }) {
    const amount = measure.startsWith("bytes") ? bytes : String;
    const label = `${used} of ${limit}`;
    return [
      link("rules", { text: rule }, code(rule)), `${scope} ${id ?? ""}`, amount(used), amount(limit),
      h("meter", { value: share, high: 0.8, "aria-label": label, title: label })];
  }

  return { load };
}
