/** Start: base URLs, the first request, and how the server is. */

import { ask } from "../api.js";
import { acceptFiles, bytes, copyButton, fileButton, fill, h, period } from "../dom.js";
import { describe } from "../upload.js";
import { address, replaceParams } from "../route.js";
import { asCurl, asJavaScript, asPython } from "../snippets.js";
import { VENDORS, firstRequest, mountsOf, request } from "../vendors.js";

const LANGUAGES = { curl: asCurl, Python: asPython, JavaScript: asJavaScript };

export async function show({ body, route, feed, sandbox, signal }) {
  const health = h("dl", { class: "facts" });
  const code = h("pre", { tabindex: "0", "aria-label": "The first request" });
  const outcome = h("p", { class: "outcome", role: "status" });
  let vendor = route.params.get("vendor") in VENDORS ? route.params.get("vendor") : "xero";
  let language = route.params.get("language") in LANGUAGES ? route.params.get("language") : "curl";

  const vendors = tabs("Vendor", Object.entries(VENDORS).map(([name, { title }]) => [name, title]), vendor, (name) => {
    vendor = name;
    render();
  });
  const languages = tabs("Language", Object.keys(LANGUAGES).map((name) => [name, name]), language, (name) => {
    language = name;
    render();
  });

  function render() {
    const shown = { vendor: vendor === "xero" ? "" : vendor, language: language === "curl" ? "" : language };
    replaceParams(shown);
    code.textContent = LANGUAGES[language](firstRequest(vendor), sandbox);
  }

  async function upload(file) {
    const described = firstRequest(vendor, file.name);
    await describe(outcome, feed, VENDORS[vendor].title, file, () => request(sandbox, described, file));
  }

  const target = h("div", { class: "drop" },
    h("p", {}, h("strong", {}, "Drop a file here"), " to send it the same way, or "),
    fileButton("choose a file", "Choose a file to send", ([file]) => file && upload(file)),
    outcome);
  acceptFiles(target, ([file]) => file && upload(file));

  fill(body,
    h("section", { class: "card" }, health),
    h("section", { class: "card" },
      h("h2", {}, "Base URLs for your client"),
      h("p", {}, "Point your client here and change nothing else. Any well-formed credential is accepted by default."),
      h("ul", { class: "urls" }, Object.values(VENDORS).map(({ title, base }) => {
        const url = mountsOf(sandbox) + base;
        return h("li", {}, h("span", {}, title), h("code", {}, url), copyButton("Copy", url, `Copy ${title}'s base URL`));
      }))),
    h("section", { class: "card" },
      h("h2", {}, "The first request"),
      h("div", { class: "bar" }, vendors, languages),
      h("div", { class: "snippet" }, code, copyButton("Copy", () => code.textContent, "Copy the request")),
      target,
      h("p", { class: "note" }, "What arrives appears under ", h("a", { href: address("requests") }, "Requests"),
        ", with the rule that refused it, if one did. Try a file named report.exe.")),
  );
  render();

  async function refresh() {
    const { version, uptime, sandboxes, store } = await ask("GET", "/health", { signal });
    const share = Math.min(store.bytes / store.max_bytes, 1);
    fill(health,
      fact("Version", version),
      uptime === undefined ? null : fact("Uptime", period(uptime)),
      fact("Sandboxes", sandboxes),
      fact("File store", `${bytes(store.bytes)} of ${bytes(store.max_bytes)}`,
        h("meter", { min: "0", max: "1", high: "0.9", value: String(share), "aria-label": "Share of the file store in use" })));
  }

  await refresh();
  const timer = setInterval(() => refresh().catch(() => {}), 5000);
  signal.addEventListener("abort", () => clearInterval(timer));
}

function fact(title, ...value) {
  return h("div", {}, h("dt", {}, title), h("dd", {}, ...value));
}

/** Return radio buttons that look like tabs. */
function tabs(legend, options, chosen, choose) {
  return h("fieldset", { class: "tabs" }, h("legend", { class: "unseen" }, legend),
    options.map(([value, label]) => h("label", {},
      h("input", { type: "radio", name: legend, value, checked: value === chosen, onchange: () => choose(value) }),
      h("span", {}, label))));
}
