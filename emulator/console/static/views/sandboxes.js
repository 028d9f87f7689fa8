/** Sandboxes: switch, create, reset and delete them, save and load snapshots. */

import { ask, controlUrl, inSandbox } from "../api.js";
import { badge, code, confirmButton, fileButton, fill, h, labelled, table } from "../dom.js";
import { follow } from "../feed.js";
import { say } from "../messages.js";
import { DEFAULT_SANDBOX, address } from "../route.js";

const TITLES = ["Sandbox", "Requests", "Files", "Faults", "Clock", "Snapshot", "Actions"];

export async function show({ body, feed, sandbox, signal }) {
  const list = h("div", {});
  const name = h("input", { id: "new-name", required: true, maxlength: 64, pattern: "[A-Za-z0-9_\\-]+",
    title: "Letters, digits, - and _", autocomplete: "off", spellcheck: "false" });
  const seed = h("input", { id: "new-seed", autocomplete: "off", placeholder: "The server's" });
  fill(body, list, h("form", { class: "card", onsubmit: create },
    h("h2", {}, "Create a sandbox"),
    h("p", {}, "A sandbox has its own documents, files, requests, faults and clock. Requests choose it by the path ",
      code("/sandbox/{name}"), " before the vendor's, or by the header ", code("X-Emulator-Sandbox"), "."),
    labelled("Name", name),
    labelled("Seed of the generated ids", seed),
    h("button", {}, "Create")));

  async function load() {
    const { sandboxes } = await ask("GET", "/sandboxes", { signal });
    const mark = (one) => ({ "aria-current": one.name === sandbox && "true" });
    fill(list, table("Sandboxes", TITLES, sandboxes, cells, mark));
    dispatchEvent(new Event("sandboxes-changed"));
  }

  function cells({ name: of, exchanges, files, faults, clock }) {
    const act = (method, path, body, ...done) => async () => {
      await ask(method, inSandbox(of, path), { body });
      await load();
      say(...done);
    };
    const snapshot = { class: "button quiet", href: controlUrl(inSandbox(of, "/snapshot")), download: `${of}.zip` };
    return [
      [h("a", { href: address("sandboxes", null, { sandbox: of }) }, of),
        of === sandbox && [" ", badge("chosen", "s2")]],
      exchanges, files, faults,
      [clock.now.slice(0, 19).replace("T", " "), clock.frozen && [" ", badge("frozen", "s3")]],
      [h("a", { ...snapshot, "aria-label": `Save a snapshot of ${of}` }, "Save"), " ",
        fileButton("Load", `Load a snapshot into ${of}`, ([file]) => {
          return file && act("PUT", "/snapshot", file, "Loaded ", code(file.name), " into ", code(of), ".")();
        }, ".zip")],
      [confirmButton("Reset", `Reset ${of}?`,
        act("POST", "/reset", {}, "Reset ", code(of), ": it has the seed data again.")), " ",
        of !== DEFAULT_SANDBOX && confirmButton("Delete", `Delete ${of}?`, () => remove(of))],
    ];
  }

  async function create(event) {
    event.preventDefault();
    await ask("POST", inSandbox(name.value, "/reset"), { body: seed.value ? { seed: seed.value } : {} });
    location.hash = address("sandboxes", null, { sandbox: name.value });
  }

  async function remove(of) {
    await ask("DELETE", inSandbox(of, ""));
    if (of === sandbox) location.hash = address("sandboxes", null, { sandbox: DEFAULT_SANDBOX });
    else await load();
  }

  follow(feed, load, signal);
  await load();
}
