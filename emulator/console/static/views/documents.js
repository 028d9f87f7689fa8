/** Documents: what files hang on, by vendor and kind. One can be created, and files dropped on one. */

import { ask, inSandbox } from "../api.js";
import { acceptFiles, code, empty, fileButton, fill, h, name, select, throttle } from "../dom.js";
import { report, say } from "../messages.js";
import { address, replaceParams } from "../route.js";
import { row, table } from "../table.js";
import { describe } from "../upload.js";
import { VENDORS, attach, keyOf, rememberKey, request, titleOf } from "../vendors.js";

const TITLES = ["Document", "Kind", "Owner", "Files", "Actions"];

export async function show({ body, route, feed, sandbox, signal }) {
  let documents = [];
  const outcome = h("p", { class: "outcome", role: "status" });
  const vendor = select({ "aria-label": "Vendor", onchange: () => filter(true) },
    Object.entries(VENDORS).map(([key, { title }]) => [key, title]), route.params.get("vendor") ?? "xero");
  const kind = h("select", { "aria-label": "Kind", onchange: () => filter() });
  const text = h("input", { type: "search", placeholder: "Number, id, owner …", "aria-label": "Text",
    value: route.params.get("text"), oninput: () => filter() });
  const list = h("div", {});
  const forms = h("div", { class: "columns" });
  fill(body,
    h("div", { class: "bar" }, vendor, kind, text),
    h("p", { class: "note" }, "Drop a file on a document: it goes up through the vendor's own API, and shows under ",
      h("a", { href: address("requests") }, "Requests"), "."),
    outcome, list, forms);

  function filter(isOtherVendor) {
    if (isOtherVendor) {
      kind.value = "";
      listKinds();
      renderForms();
    }
    replaceParams({ vendor: vendor.value, kind: kind.value, text: text.value });
    render();
  }

  function listKinds() {
    const chosen = kind.value || route.params.get("kind") || "";
    const kinds = new Set(documents.filter((document) => document.vendor === vendor.value).map((document) => document.kind));
    fill(kind, ["", ...kinds].map((value) => h("option", { value }, value || "All kinds")));
    kind.value = kinds.has(chosen) ? chosen : "";
  }

  function render() {
    const words = text.value.trim().toLowerCase();
    const ofVendor = documents.filter((document) => document.vendor === vendor.value);
    const matching = ofVendor.filter((document) => (!kind.value || document.kind === kind.value) &&
      (!words || `${document.number} ${document.id} ${document.owner}`.toLowerCase().includes(words)));
    if (matching.length) fill(list, table("Documents", TITLES, matching.map(renderRow)));
    else if (ofVendor.length) fill(list, empty("No document matches the filters."));
    else fill(list, nothingYet());
  }

  function nothingYet() {
    const { title, ownsByKey } = VENDORS[vendor.value];
    if (!ownsByKey) return empty(`${title} has no documents here.`);
    return h("div", { class: "empty" },
      h("p", {}, `An organisation of ${title} appears with the first request of its API key.`),
      h("button", { onclick: firstRead }, "Send that request"));
  }

  async function firstRead() {
    await request(sandbox, { method: "GET", path: "dualentry/public/v2/invoices/", headers: { "X-API-KEY": keyOf("dualentry") } });
    await load();
  }

  function renderRow(document) {
    const label = document.number || document.id;
    const takes = VENDORS[document.vendor].takes?.includes(document.kind) ?? true;
    const cells = [
      [name(label), label === document.id ? null : [" ", code(document.id, { class: "id" })]],
      document.kind,
      code(document.owner, { class: "id" }),
      document.attachments
        ? h("a", { href: address("files", null, { vendor: document.vendor, text: `/${document.id}` }) }, String(document.attachments))
        : "0",
      takes ? fileButton("Attach a file", `Attach a file to ${document.kind} ${label}`, (files) => upload(document, files)) : null,
    ];
    const line = row(TITLES, cells, { class: takes && "takes" });
    return takes ? acceptFiles(line, (files) => upload(document, files)) : line;
  }

  async function upload(document, files) {
    for (const file of files) {
      await describe(outcome, feed, titleOf(document.vendor), file, () => attach(sandbox, document, file, documents));
    }
    await load();
  }

  function renderForms() {
    const { title, kinds, keyName, ownsByKey } = VENDORS[vendor.value];
    const kindInput = select({ id: "new-kind" }, kinds);
    const fields = h("textarea", { id: "new-fields", rows: "3", spellcheck: "false", placeholder: '{"Reference": "PO-7"}' });
    const owner = h("input", { id: "new-owner", value: ownsByKey && keyOf(vendor.value), placeholder: "The seed data's first" });
    const key = h("input", { id: "key", value: keyOf(vendor.value), spellcheck: "false", autocomplete: "off",
      onchange: () => rememberKey(vendor.value, key.value) });
    fill(forms,
      h("form", { class: "card", onsubmit: create },
        h("h2", {}, `Create a document in ${title}`),
        labelled("Kind", kindInput),
        labelled(ownsByKey ? "Owner, by its API key" : "Owner", owner),
        labelled("Fields, as JSON", fields),
        h("p", {}, h("button", {}, "Create"))),
      h("section", { class: "card" },
        h("h2", {}, "Credentials of this page"),
        h("p", {}, `What uploads from this page send to ${title}. By default the seed data's.`),
        labelled(keyName, key)));

    async function create(event) {
      event.preventDefault();
      let given;
      try {
        given = fields.value.trim() ? JSON.parse(fields.value) : undefined;
      } catch (error) {
        report({ title: "The fields are not JSON.", message: error.message });
        return;
      }
      const made = { vendor: vendor.value, kind: kindInput.value, owner: owner.value || undefined, fields: given };
      const document = await ask("POST", inSandbox(sandbox, "/documents"), { body: made });
      await load();
      say("Created ", document.kind, " ", code(document.number || document.id), ".");
    }
  }

  async function load() {
    ({ documents } = await ask("GET", inSandbox(sandbox, "/documents"), { signal }));
    listKinds();
    render();
  }

  const refresh = throttle(() => load().catch(report), 500);
  feed.addEventListener("exchanges", refresh, { signal });
  feed.addEventListener("cleared", refresh, { signal });
  await load();
  renderForms();
}

function labelled(text, input) {
  return h("div", { class: "field" }, h("label", { for: input.id }, text), input);
}
