/** Files: the attachments by vendor and document, staged ones marked, with a preview. */

import { ask, controlUrl, inSandbox } from "../api.js";
import { badge, bytes, code, empty, fill, h, name, table, terms } from "../dom.js";
import { follow } from "../feed.js";
import { Filters, check, search, vendorChoice } from "../filters.js";
import { loading, preview } from "../preview.js";
import { address } from "../route.js";
import { titleOf, vendorMark } from "../vendors.js";

const TITLES = ["Name", "Vendor", "Document", "Type", "Size"];

export async function show({ body, route, feed, sandbox, signal }) {
  let files = [];
  let inDetail = new AbortController();
  const inputs = { vendor: vendorChoice(), text: search("Name, document, digest …"), staged: check() };
  const filters = new Filters(route, inputs, render);
  const list = h("div", { class: "list" });
  const side = h("section", { class: "detail", "aria-label": "The chosen file" });
  const panes = h("div", { class: "panes" }, list, side);
  fill(body,
    h("div", { class: "bar" }, inputs.vendor, inputs.text,
      h("label", { class: "check" }, inputs.staged, " Only staged orphans")),
    panes);

  function render() {
    const { vendor, staged } = filters.values();
    const matching = files.filter((file) => (!vendor || file.vendor === vendor) && (!staged || file.staged) &&
      filters.finds(file.name, file.sha256, file.id, file.owner, ...file.documents));
    const mark = (file) => ({ "aria-current": keyOf(file) === filters.id && "true" });
    fill(list, matching.length
      ? table("Attachments", TITLES, matching, cells, mark)
      : empty(files.length ? "No file matches the filters." : "No files yet."));
  }

  function cells(file) {
    return [
      h("a", { href: address("files", keyOf(file), filters.values()) }, name(file.name)),
      vendorMark(file.vendor),
      file.staged ? badge("staged orphan", "s4") : code(file.documents.join(", ")),
      code(file.content_type, { class: "type" }),
      bytes(file.size),
    ];
  }

  async function load() {
    ({ files } = await ask("GET", inSandbox(sandbox, "/files"), { signal }));
    render();
  }

  function open() {
    inDetail.abort();
    inDetail = new AbortController();
    panes.classList.toggle("split", Boolean(filters.id));
    render();
    const file = files.find((other) => keyOf(other) === filters.id);
    const link = { class: "button quiet end", href: address("files", null, filters.values()) };
    const close = h("a", { ...link, "aria-label": "Close this file" }, "Close");
    fill(side, filters.id && h("div", { class: "bar" }, close),
      file ? facts(file) : empty("This file is no longer there."));
  }

  function facts({ vendor, owner, id, sha256, ...file }) {
    const path = inSandbox(sandbox, `/files/${sha256}`);
    const query = { vendor, owner, id };
    const documents = file.documents.map((document) =>
      h("a", { href: address("documents", null, { vendor, text: document.split("/").pop() }) }, document));
    return [
      h("h2", { tabindex: "-1" }, name(file.name)),
      terms("pairs", [
        ["Vendor", titleOf(vendor)], ["Owner", owner], ["Id", id],
        ["Size", bytes(file.size)], ["Type", file.content_type],
        ["SHA-256", sha256 ?? "–"], ["Documents", file.staged ? "none: a staged orphan" : documents]]),
      sha256
        ? [h("p", {}, h("a", { class: "button", href: controlUrl(path, query), download: file.name }, "Download")),
          loading(preview(path, inDetail.signal, query))]
        : empty("Not uploaded yet."),
    ];
  }

  follow(feed, load, signal);
  signal.addEventListener("abort", () => inDetail.abort());
  await load();
  open();
  return (next) => {
    filters.set(next);
    open();
    side.querySelector("h2")?.focus({ preventScroll: true });
  };
}

const keyOf = ({ vendor, owner, id }) => `${vendor}/${owner}/${id}`;
