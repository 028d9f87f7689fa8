/** Sandboxes: switch, create, reset and delete them, save and load snapshots. */

import { Problem, Sandbox, ask } from "../api.js";
import { badge, code, confirmButton, fileButton, fill, h, refresh, table } from "../dom.js";
import { schema, schemaForm } from "../form.js";
import { say } from "../messages.js";
import { DEFAULT_SANDBOX, address, link } from "../route.js";

const TITLES = ["Sandbox", "Requests", "Files", "Faults", "Clock", "Snapshot", "Actions"];

export async function show({ body, sandbox }) {
  const list = h("div");
  const { properties } = await schema("SandboxReset");
  const name = { type: "string", description: "1 to 64 letters, digits, - and _." };
  fill(body, list,
    h("p", "A sandbox has its own documents, files, requests, faults and clock. Requests choose it by the path ",
      code("/sandbox/{name}"), " before the vendor's, or by the header ", code("X-Emulator-Sandbox"), "."),
    schemaForm({ title: "Create a sandbox", button: "Create", members: { name, ...properties }, required: ["name"],
      inputs: { name: { pattern: "[A-Za-z0-9_\\-]{1,64}" } }, act: create }));

  async function load() {
    const { sandboxes } = await ask("GET", "/sandboxes", { signal: sandbox.signal });
    const mark = (one) => ({ "aria-current": one.name === sandbox.name && "true" });
    refresh(list, table("Sandboxes", TITLES, sandboxes, cells, mark));
  }

  function cells({ name: of, exchanges, files, faults, clock }) {
    const other = new Sandbox(of);
    const act = (method, path, body, ...done) => async () => {
      await other.change(method, path, body);
      await load();
      say(...done);
    };
    const snapshot = { class: "button quiet", href: other.url("/snapshot"), download: `${of}.zip` };
    return [
      [link("sandboxes", { sandbox: of }, of),
        of === sandbox.name && [" ", badge("chosen", "s2")]],
      exchanges, files, faults,
      [clock.now.slice(0, 19).replace("T", " "), clock.frozen && [" ", badge("frozen", "s3")]],
      [h("a", { ...snapshot, "aria-label": `Save a snapshot of ${of}` }, "Save"), " ",
        fileButton("Load", `Load a snapshot into ${of}`, ([file]) => {
          return file && act("PUT", "/snapshot", file, "Loaded ", code(file.name), " into ", code(of), ".")();
        }, ".zip")],
      [confirmButton("Reset", `Reset ${of}?`,
        act("POST", "/reset", {}, "Reset ", code(of), ": it has the seed data again.")), " ",
        of !== DEFAULT_SANDBOX && confirmButton("Delete", `Delete ${of}?`, () => remove(other))],
    ];
  }

  async function create({ name, ...reset }) {
    const { sandboxes } = await ask("GET", "/sandboxes");
    if (sandboxes.some((other) => other.name === name)) throw new Problem("Name taken", `There is a sandbox ${name}.`);
    await new Sandbox(name).change("POST", "/reset", reset);
    await load();
    location.hash = address("sandboxes", { sandbox: name });
  }

  async function remove(other) {
    await other.change("DELETE", "");
    if (other.name === sandbox.name) location.hash = address("sandboxes", { sandbox: DEFAULT_SANDBOX });
    else await load();
  }

  return { load };
}
