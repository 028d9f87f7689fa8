/** Sandboxes: switch, create, reset and delete them, save and load snapshots. */

import { ask, controlUrl, inSandbox } from "../api.js";
import { badge, code, confirmButton, fileButton, fill, h } from "../dom.js";
import { say } from "../messages.js";
import { DEFAULT_SANDBOX, address } from "../route.js";
import { row, table } from "../table.js";

const TITLES = ["Sandbox", "Requests", "Files", "Faults", "Clock", "Snapshot", "Actions"];

export async function show({ body, feed, sandbox, signal }) {
  const list = h("div", {});
  const name = h("input", { id: "new-name", required: true, maxlength: "64", pattern: "[A-Za-z0-9_\\-]+",
    title: "Letters, digits, - and _", autocomplete: "off", spellcheck: "false" });
  const seed = h("input", { id: "new-seed", autocomplete: "off", placeholder: "The server's" });
  fill(body, list, h("form", { class: "card", onsubmit: create },
    h("h2", {}, "Create a sandbox"),
    h("p", {}, "A sandbox has its own documents, files, requests, faults and clock. Requests choose it by the path ",
      code("/sandbox/{name}"), " before the vendor's, or by the header ", code("X-Emulator-Sandbox"), "."),
    h("div", { class: "field" }, h("label", { for: "new-name" }, "Name"), name),
    h("div", { class: "field" }, h("label", { for: "new-seed" }, "Seed of the generated ids"), seed),
    h("p", {}, h("button", {}, "Create"))));

  async function load() {
    const { sandboxes } = await ask("GET", "/sandboxes", { signal });
    fill(list, table("Sandboxes", TITLES, sandboxes.map(renderRow)));
    dispatchEvent(new Event("sandboxes-changed"));
  }

  function renderRow({ name: of, exchanges, files, faults, clock }) {
    const chosen = of === sandbox;
    return row(TITLES, [
      [h("a", { href: address("sandboxes", null, { sandbox: of }) }, of), " ", chosen ? badge("chosen", "s2") : null],
      ...[exchanges, files, faults].map(String),
      [clock.now.slice(0, 19).replace("T", " "), clock.frozen ? [" ", badge("frozen", "s3")] : null],
      [h("a", { class: "button quiet", href: controlUrl(inSandbox(of, "/snapshot")), download: `${of}.zip`, "aria-label": `Save a snapshot of ${of}` }, "Save"), " ",
        fileButton("Load", `Load a snapshot into ${of}`, ([file]) => file && restore(of, file), ".zip")],
      [confirmButton("Reset", `Reset ${of}?`, () => reset(of)), " ",
        of === DEFAULT_SANDBOX ? null : confirmButton("Delete", `Delete ${of}?`, () => remove(of))],
    ], { "aria-current": chosen && "true" });
  }

  async function create(event) {
    event.preventDefault();
    await ask("POST", inSandbox(name.value, "/reset"), { body: seed.value ? { seed: seed.value } : {} });
    location.hash = address("sandboxes", null, { sandbox: name.value });
  }

  async function reset(of) {
    await ask("POST", inSandbox(of, "/reset"), { body: {} });
    await load();
    say("Reset ", code(of), ": it has the seed data again.");
  }

  async function remove(of) {
    await ask("DELETE", inSandbox(of, ""));
    if (of === sandbox) location.hash = address("sandboxes", null, { sandbox: DEFAULT_SANDBOX });
    else await load();
  }

  async function restore(of, file) {
    await ask("PUT", inSandbox(of, "/snapshot"), { body: file });
    await load();
    say("Loaded ", code(file.name), " into ", code(of), ".");
  }

  feed.addEventListener("cleared", () => load().catch(() => {}), { signal });
  await load();
}
