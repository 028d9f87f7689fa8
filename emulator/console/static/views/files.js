/** Files: the attachments by vendor and document, staged ones marked, with a preview. */

import { ask, controlUrl, inSandbox } from "../api.js";
import { badge, bytes, code, empty, fill, h, name, select, throttle } from "../dom.js";
import { report } from "../messages.js";
import { preview } from "../preview.js";
import { address, replaceParams } from "../route.js";
import { row, table } from "../table.js";
import { VENDORS, titleOf } from "../vendors.js";

const TITLES = ["Name", "Vendor", "Document", "Type", "Size"];

export async function show({ body, route, feed, sandbox, signal }) {
  let files = [];
  let inDetail = null;
  let opened = null;
  const vendor = select({ "aria-label": "Vendor", onchange: filter },
    [["", "All vendors"], ...Object.entries(VENDORS).map(([key, { title }]) => [key, title])], route.params.get("vendor"));
  const text = h("input", { type: "search", placeholder: "Name, document, digest …", "aria-label": "Text",
    value: route.params.get("text"), oninput: filter });
  const orphans = h("input", { type: "checkbox", checked: route.params.has("staged"), onchange: filter });
  const list = h("div", { class: "list" });
  const side = h("section", { class: "detail", "aria-label": "The chosen file" });
  const panes = h("div", { class: "panes" }, list, side);
  fill(body, h("div", { class: "bar" }, vendor, text, h("label", { class: "check" }, orphans, " Only staged orphans")), panes);

  function filters() {
    return { vendor: vendor.value, text: text.value, staged: orphans.checked ? "true" : "" };
  }

  function filter() {
    replaceParams(filters());
    render();
  }

  function render() {
    const words = text.value.trim().toLowerCase();
    const matching = files.filter((file) =>
      (!vendor.value || file.vendor === vendor.value) && (!orphans.checked || file.staged) &&
      (!words || [file.name, file.sha256, file.id, file.owner, ...file.documents].join(" ").toLowerCase().includes(words)));
    fill(list, matching.length
      ? table("Attachments", TITLES, matching.map(renderRow))
      : empty(files.length ? "No file matches the filters." : "No files yet."));
  }

  function renderRow(file) {
    const key = keyOf(file);
    return row(TITLES, [
      h("a", { href: address("files", key, filters()) }, name(file.name)),
      h("span", { class: `vendor ${file.vendor}` }, titleOf(file.vendor)),
      file.staged ? badge("staged orphan", "s4") : code(file.documents.join(", ")),
      h("span", { class: "type" }, code(file.content_type)),
      h("span", { class: "size" }, bytes(file.size)),
    ], { "aria-current": key === opened && "true" });
  }

  async function load() {
    ({ files } = await ask("GET", inSandbox(sandbox, "/files"), { signal }));
    render();
  }

  function open(key) {
    opened = key;
    inDetail?.abort();
    inDetail = new AbortController();
    const file = files.find((other) => keyOf(other) === key);
    panes.classList.toggle("split", Boolean(key));
    render();
    if (!key) fill(side);
    else if (!file) fill(side, closeLink(), empty("This file is no longer there."));
    else showFile(file, inDetail.signal);
  }

  function closeLink() {
    return h("div", { class: "bar" },
      h("a", { class: "button quiet end", href: address("files", null, filters()), "aria-label": "Close this file" }, "Close"));
  }

  function showFile(file, stop) {
    const { vendor: of, owner, id } = file;
    const url = file.sha256 && controlUrl(inSandbox(sandbox, `/files/${file.sha256}`), { vendor: of, owner, id });
    const box = h("div", {}, "…");
    const facts = { Vendor: titleOf(file.vendor), Owner: file.owner, Id: file.id, Size: bytes(file.size),
      Type: file.content_type, "SHA-256": file.sha256 ?? "–" };
    fill(side,
      closeLink(),
      h("h2", { tabindex: "-1" }, name(file.name)),
      h("dl", { class: "pairs" }, Object.entries(facts).map(([title, value]) => [h("dt", {}, title), h("dd", {}, value)]),
        h("dt", {}, "Documents"), h("dd", {}, file.staged ? "none: a staged orphan" : file.documents.map((document) =>
          h("a", { href: address("documents", null, { vendor: file.vendor, text: document.split("/").pop() }) }, document)))),
      url ? h("p", {}, h("a", { class: "button", href: url, download: file.name }, "Download")) : empty("Not uploaded yet."),
      url && box);
    if (!url) return;
    preview(url, stop).then((content) => fill(box, content)).catch((error) => {
      if (error.name !== "AbortError") fill(box, empty(error.message));
    });
  }

  const refresh = throttle(() => load().catch(report), 500);
  feed.addEventListener("exchanges", refresh, { signal });
  feed.addEventListener("cleared", refresh, { signal });
  signal.addEventListener("abort", () => inDetail?.abort());
  await load();
  open(route.id);
  return (next) => {
    open(next.id);
    side.querySelector("h2")?.focus({ preventScroll: true });
    return true;
  };
}

function keyOf(file) {
  return `${file.vendor}/${file.owner}/${file.id}`;
}
