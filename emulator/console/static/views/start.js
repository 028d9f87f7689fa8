/** Start: base URLs, the first request, and how the server is. */

import { ask } from "../api.js";
import { bytes, copyButton, dropTarget, fileButton, fill, h, seconds, terms } from "../dom.js";
import { Filters } from "../filters.js";
import { address } from "../route.js";
import { describe } from "../upload.js";
import { VENDORS, sendFile, titleOf } from "../vendors.js";

const LANGUAGES = { curl: "curl", python: "Python", javascript: "JavaScript" };

export async function show({ body, route, feed, sandbox, signal }) {
  const health = h("section", { class: "card" });
  const code = h("pre", { tabindex: "0", "aria-label": "The first request" });
  const outcome = h("p", { class: "outcome", role: "status" });
  const vendor = tabs("Vendor", Object.keys(VENDORS), titleOf);
  const language = tabs("Language", Object.keys(LANGUAGES), (name) => LANGUAGES[name]);
  const filters = new Filters(route, { vendor, language }, render);

  function render() {
    code.textContent = VENDORS[vendor.value].programs[language.value];
  }

  async function upload([file]) {
    if (!file) return;
    const { name, title, upload: first } = VENDORS[vendor.value];
    await describe(outcome, feed, title, file, () => sendFile(sandbox, name, first, file));
  }

  fill(body,
    health,
    h("section", { class: "card" },
      h("h2", {}, "Base URLs for your client"),
      h("p", {}, "Point your client here and change nothing else. Any well-formed credential is accepted by default."),
      terms("urls", Object.values(VENDORS).map(({ title, base_url: url }) =>
        [title, [h("code", {}, url), copyButton("Copy", () => url, `Copy ${title}'s base URL`)]]))),
    h("section", { class: "card" },
      h("h2", {}, "The first request"),
      h("div", { class: "bar" }, vendor, language, copyButton("Copy", () => code.textContent, "Copy the request")),
      code,
      h("div", { class: "drop", ...dropTarget(upload) },
        h("strong", {}, "Drop a file here"), " to send it the same way, or ",
        fileButton("choose a file", "Choose a file to send", upload), outcome),
      h("p", { class: "note" }, "What arrives appears under ", h("a", { href: address("requests") }, "Requests"),
        ", with the rule that refused it, if one did. Try a file named report.exe. ",
        h("a", { href: "agents.md" }, "For coding agents"))));
  render();

  async function refresh() {
    const { version, uptime, sandboxes, store } = await ask("GET", "/health", { signal });
    const meter = h("meter", { max: store.max_bytes, value: store.bytes, "aria-label": "Share of the file store in use" });
    fill(health, terms("facts", [
      ["Version", version],
      ["Uptime", seconds(uptime)],
      ["Sandboxes", sandboxes],
      ["File store", [`${bytes(store.bytes)} of ${bytes(store.max_bytes)} `, meter]],
    ]));
  }

  await refresh();
  const timer = setInterval(() => refresh().catch(() => {}), 5000);
  signal.addEventListener("abort", () => clearInterval(timer));
  return (next) => {
    filters.set(next);
    render();
  };
}

/** Return radio buttons that look like tabs; like a select, they have a value. */
function tabs(legend, names, labelOf = (name) => name) {
  const inputs = names.map((name) => h("input", { type: "radio", name: legend, value: name }));
  const group = h("fieldset", { class: "tabs" }, h("legend", { class: "unseen" }, legend),
    inputs.map((input) => h("label", {}, input, h("span", {}, labelOf(input.value)))));
  return Object.defineProperty(group, "value", {
    get: () => inputs.find((input) => input.checked).value,
    set: (value) => ((inputs.find((input) => input.value === value) ?? inputs[0]).checked = true),
  });
}
