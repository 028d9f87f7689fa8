/** Files: the attachments by vendor and document, staged ones marked, with a preview. */

import { badge, bytes, code, empty, fill, h, name, refresh, table, terms } from "../dom.js";
import { Filters, choice, search, vendorChoice } from "../filters.js";
import { loading, preview } from "../preview.js";
import { link } from "../route.js";
import { Split } from "../split.js";
import { titleOf, vendorMark } from "../vendors.js";

const TITLES = ["Name", "Vendor", "Document", "Type", "Size"];

export async function show({ body, sandbox }) {
  let files = [];
  const inputs = { vendor: vendorChoice(), text: search("Name, document, digest …"),
    staged: choice("State", [["", "Any state"], ["true", "Staged orphans"]]) };
  const filters = new Filters(inputs, render);
  const list = h("div");
  const split = new Split(sandbox, "The chosen file", list);
  fill(body, h("div.bar", Object.values(inputs)), split.element);

  function render() {
    const { vendor, staged } = filters.values();
    const matching = files.filter((file) => (!vendor || file.vendor === vendor) && (!staged || file.staged) &&
      filters.finds(file.name, file.sha256, file.id, file.owner, ...file.documents));
    const mark = (file) => ({ "aria-current": keyOf(file) === filters.id && "true" });
    refresh(list, matching.length
      ? table("Attachments", TITLES, matching, cells, mark)
      : empty(files.length ? "No file matches the filters." : "No files yet."));
  }

  function cells(file) {
    return [
      link("files", { id: keyOf(file), ...filters.values() }, name(file.name)),
      vendorMark(file.vendor),
      file.staged ? badge("staged orphan", "s4") : code(file.documents.join(", ")),
      code(file.content_type, { class: "type" }),
      bytes(file.size),
    ];
  }

  async function load() {
    ({ files } = await sandbox.get("/files"));
    render();
  }

  function update(next) {
    filters.update(next);
    const chosen = split.choose(filters.id);
    const file = files.find((other) => keyOf(other) === filters.id);
    split.show([],
      file ? facts(file, chosen) : empty("This file is no longer there."));
  }

  function facts({ vendor, owner, id, sha256, ...file }, chosen) {
    const path = `/files/${sha256}`;
    const query = { vendor, owner, id };
    const documents = file.documents.map((document) =>
      link("documents", { vendor, text: document.split("/").pop() }, document));
    return [
      h("h2", { tabindex: "-1" }, name(file.name)),
      terms("pairs", [
        ["Vendor", titleOf(vendor)], ["Owner", owner], ["Id", id],
        ["Size", bytes(file.size)], ["Type", file.content_type],
        ["SHA-256", sha256 ?? "–"], ["Documents", file.staged ? "none: a staged orphan" : documents]]),
      sha256
        ? [h("p", h("a.button", { href: sandbox.url(path, query), download: file.name }, "Download")),
          loading("div", preview(path, chosen, query))]
        : empty("Not uploaded yet."),
    ];
  }

  return { load, update };
}

const keyOf = ({ vendor, owner, id }) => `${vendor}/${owner}/${id}`;
