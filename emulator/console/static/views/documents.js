/** Documents: what files hang on, by vendor and kind. One can be created, and files dropped on one. */

import { code, dropTarget, empty, fileButton, fill, h, name, refresh, table, visible } from "../dom.js";
import { Filters, choice, search, vendorTitles } from "../filters.js";
import { schema, schemaForm } from "../form.js";
import { say } from "../messages.js";
import { link } from "../route.js";
import { describe } from "../upload.js";
import { attach, credentialOf, rememberCredential, titleOf } from "../vendors.js";

const TITLES = ["Document", "Kind", "Owner", "Files", "Actions"];

export async function show({ body, feed, sandbox }) {
  const { properties: { vendor: _, ...members } } = await schema("NewDocument");
  let documents = [];
  const outcome = h("p.outcome", { role: "status" });
  const inputs = { vendor: choice("Vendor", vendorTitles()), text: search("Number, kind, id, owner …") };
  const filters = new Filters(inputs, render);
  const list = h("div");
  const kinds = h("datalist", { id: "kinds" });
  const credential = schemaForm({ title: "Send another credential", button: "Use it", required: ["credential"],
    members: { credential: { description: "What this page sends to the vendor. By default the seed data's." } },
    act: (entered) => rememberCredential(inputs.vendor.value, entered.credential) });
  const form = schemaForm({ title: "Create a document", button: "Create", members, required: ["kind"], act: create,
    inputs: { kind: { list: "kinds" } } });
  fill(body,
    h("div.bar", Object.values(inputs)),
    h("p.note", "Drop a file on a document: it goes up through the vendor's own API, and shows under ",
      link("requests", {}, "Requests"), "."),
    outcome, list, kinds,
    h("div.columns", form, credential));

  function render() {
    const vendor = inputs.vendor.value;
    const ofVendor = documents.filter((document) => document.vendor === vendor);
    const matching = ofVendor.filter(({ kind, number, id, owner }) => filters.finds(kind, number, id, owner));
    const target = (document) => document.upload && dropTarget((files) => upload(document, files));
    refresh(list, matching.length ? table("Documents", TITLES, matching, cells, target)
      : ofVendor.length ? empty("No document matches the filters.")
        : empty("The documents of an organisation appear with the first request of its credential: ",
          link("start", { vendor }, "send it"), "."));
    fill(kinds, [...new Set(ofVendor.map(({ kind }) => kind))].map((value) => h("option", { value })));
    const { name: header, value } = credentialOf(vendor);
    credential.elements.credential.placeholder = `${header}: ${value}`;
  }

  function cells(item) {
    const { vendor, kind, id, owner, number, attachments } = item;
    const label = visible(number || id);
    return [
      [name(label), number && [" ", code(id, { class: "note" })]],
      kind,
      code(owner, { class: "note" }),
      attachments ? link("files", { vendor, text: `/${id}` }, attachments) : "0",
      item.upload && fileButton("Attach a file", `Attach a file to ${kind} ${label}`, (files) => upload(item, files)),
    ];
  }

  async function upload(document, files) {
    for (const file of files) {
      await describe(outcome, feed, titleOf(document.vendor), file, () => attach(sandbox, document, file));
    }
    await load();
  }

  async function create(entered) {
    const document = { vendor: inputs.vendor.value, ...entered };
    const { kind, number, id } = await sandbox.change("POST", "/documents", document);
    await load();
    say("Created ", kind, " ", code(number || id), ".");
  }

  async function load() {
    ({ documents } = await sandbox.get("/documents"));
    render();
  }

  return { load, update: filters.update };
}
