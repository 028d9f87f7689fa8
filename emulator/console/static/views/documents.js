/** Documents: what files hang on, by vendor and kind. One can be created, and files dropped on one. */

import { ask, inSandbox } from "../api.js";
import { code, dropTarget, empty, fileButton, fill, h, labelled, name, table } from "../dom.js";
import { follow } from "../feed.js";
import { Filters, choice, search, vendorTitles } from "../filters.js";
import { schema, schemaForm } from "../form.js";
import { say } from "../messages.js";
import { address } from "../route.js";
import { describe } from "../upload.js";
import { attach, credentialOf, rememberCredential, titleOf } from "../vendors.js";

const TITLES = ["Document", "Kind", "Owner", "Files", "Actions"];

export async function show({ body, route, feed, sandbox, signal }) {
  const { properties: members, required } = await schema("NewDocument");
  let documents = [];
  const outcome = h("p", { class: "outcome", role: "status" });
  const inputs = { vendor: choice("Vendor", vendorTitles()), text: search("Number, kind, id, owner …") };
  const filters = new Filters(route, inputs, render);
  const list = h("div", {});
  const kinds = h("datalist", { id: "kinds" });
  const credential = h("input", { id: "credential", spellcheck: "false", autocomplete: "off", onchange: () =>
    rememberCredential(inputs.vendor.value, credential.value) });
  const header = h("span", {});
  const form = schemaForm({
    title: "Create a document", button: "Create", members, required, inputs: { kind: { list: "kinds" } }, act: create });
  fill(body,
    h("div", { class: "bar" }, inputs.vendor, inputs.text),
    h("p", { class: "note" }, "Drop a file on a document: it goes up through the vendor's own API, and shows under ",
      h("a", { href: address("requests") }, "Requests"), "."),
    outcome, list, kinds,
    h("div", { class: "columns" }, form, h("section", { class: "card" },
      h("h2", {}, "The credential of this page"),
      h("p", {}, "What uploads from this page send to the vendor. By default the seed data's."),
      labelled(header, credential))));

  function render() {
    const vendor = inputs.vendor.value;
    const ofVendor = documents.filter((document) => document.vendor === vendor);
    const matching = ofVendor.filter(({ kind, number, id, owner }) => filters.finds(kind, number, id, owner));
    const target = (document) => document.upload && dropTarget((files) => upload(document, files));
    if (matching.length) fill(list, table("Documents", TITLES, matching, cells, target));
    else if (ofVendor.length) fill(list, empty("No document matches the filters."));
    else {
      fill(list, empty("The documents of an organisation appear with the first request of its credential: ",
        h("a", { href: address("start", null, { vendor }) }, "send it"), "."));
    }
    fill(kinds, [...new Set(ofVendor.map(({ kind }) => kind))].map((value) => h("option", { value })));
    form.elements.vendor.value = vendor;
    const { name: label, value } = credentialOf(vendor);
    header.textContent = label;
    if (document.activeElement !== credential) credential.value = value;
  }

  function cells(item) {
    const { vendor, kind, id, owner, number, attachments } = item;
    const label = number || id;
    return [
      [name(label), number && [" ", code(id, { class: "note" })]],
      kind,
      code(owner, { class: "note" }),
      attachments ? h("a", { href: address("files", null, { vendor, text: `/${id}` }) }, attachments) : "0",
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
    const { vendor, kind, number, id } = await ask("POST", inSandbox(sandbox, "/documents"), { body: entered });
    inputs.vendor.value = vendor;
    await load();
    say("Created ", kind, " ", code(number || id), ".");
  }

  async function load() {
    ({ documents } = await ask("GET", inSandbox(sandbox, "/documents"), { signal }));
    render();
  }

  follow(feed, load, signal);
  await load();
  return (next) => {
    filters.set(next);
    render();
  };
}
