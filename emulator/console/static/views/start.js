/** Start: base URLs, the first request, and how the server is. */

import { ask } from "../api.js";
import { bytes, code, copyButton, dropTarget, fileButton, fill, h } from "../dom.js";
import { name, refresh, seconds, statusBadge, table, terms } from "../dom.js";
import { Filters, choice, vendorTitles } from "../filters.js";
import { link } from "../route.js";
import { describe } from "../upload.js";
import { VENDORS, sendFile } from "../vendors.js";

export async function show({ body, feed, sandbox }) {
  const health = h("section.card");
  const program = h("pre", { tabindex: "0", "aria-label": "The first request" });
  const outcome = h("p.outcome", { role: "status" });
  const unrouted = h("section");
  const vendor = choice("Vendor", vendorTitles());
  const language = choice("Language", ["curl", ["python", "Python"], ["javascript", "JavaScript"]]);
  const filters = new Filters({ vendor, language }, render);

  function render() {
    program.textContent = VENDORS[vendor.value].programs[language.value];
  }

  async function upload([file]) {
    if (!file) return;
    const { name, title, upload: first } = VENDORS[vendor.value];
    await describe(outcome, feed, title, file, () => sendFile(sandbox, name, first, file));
  }

  fill(body,
    health,
    h("section.card",
      h("h2", "Base URLs for your client"),
      h("p", "Point your client here and change nothing else. Any well-formed credential is accepted by default."),
      terms("pairs urls", Object.values(VENDORS).map(({ title, base_url: url }) =>
        [title, [code(url), copyButton("Copy", () => url, `Copy ${title}'s base URL`)]]))),
    h("section.card",
      h("h2", "The first request"),
      h("div.bar", vendor, language, copyButton("Copy", () => program.textContent, "Copy the request")),
      program,
      h("div.drop", dropTarget(upload),
        h("strong", "Drop a file here"), " to send it the same way, or ",
        fileButton("choose a file", "Choose a file to send", upload), outcome),
      h("p.note", "What arrives appears under ", link("requests", {}, "Requests"),
        ", with the rule that refused it, if one did. Try a file named report.exe. ",
        h("a", { href: "agents.md" }, "For coding agents"))),
    unrouted);

  async function load() {
    const [{ version, uptime, sandboxes, store }, { requests }] = await Promise.all(
      ["/health", "/unrouted"].map((path) => ask("GET", path, { signal: sandbox.signal })));
    const meter = h("meter", { max: store.max_bytes, value: store.bytes, "aria-label": "Use of the file store" });
    refresh(health, terms("facts", [
      ["Version", version], ["Uptime", seconds(uptime)], ["Sandboxes", sandboxes],
      ["File store", [`${bytes(store.bytes)} of ${bytes(store.max_bytes)} `, meter]],
    ]));
    refresh(unrouted, requests.length > 0 && [
      h("h2", "Requests that reached no vendor"),
      table("Unrouted", ["Request", "Why", "Status"], requests.reverse(), ({ method, target, status, detail }) =>
        [code(`${method} ${target}`), name(detail), statusBadge(status)])]);
  }

  return { load, every: 5000, update: filters.update };
}
