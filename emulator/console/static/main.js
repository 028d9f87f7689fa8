/** The page: its views, the choice of the sandbox, and the way from an address to a view. */

import { Problem, Sandbox, ask, useToken } from "./api.js";
import { fill, h, refresh } from "./dom.js";
import { Feed, follow } from "./feed.js";
import { schemaForm } from "./form.js";
import { dismiss, problem, report } from "./messages.js";
import { DEFAULT_SANDBOX, address, current, tokenInAddress } from "./route.js";
import { loadVendors } from "./vendors.js";

const VIEWS = ["start", "requests", "files", "documents", "faults", "clock", "webhooks", "usage",
  "settings", "sandboxes", "rules"];
const [main, nav, menu, picker, connection] =
  ["main", "views", "menu", "sandbox", "connection"].map((id) => document.getElementById(id));

let feed = null;
let shown = null;

async function navigate() {
  const token = tokenInAddress();
  if (token) {
    useToken(token);
    history.replaceState(null, "", "#/start");
  }
  const route = current();
  const view = VIEWS.includes(route.view) ? route.view : "start";
  dismiss();
  showLinks(view);
  if (shown?.view === view && shown.sandbox.name === route.sandbox && shown.update) {
    await shown.update(route);
    (main.querySelector(".split h2") ?? main.firstChild).focus({ preventScroll: true });
    return;
  }
  shown?.controller.abort();
  const isFirst = shown === null;
  const controller = new AbortController();
  const { signal } = controller;
  const sandbox = new Sandbox(route.sandbox, signal);
  const mine = { view, sandbox, controller };
  shown = mine;
  document.title = `${titleOf(view)} · attachment-emulator`;
  main.className = view;
  const heading = h("h1", { tabindex: "-1" }, titleOf(view));
  const body = h("div.body");
  fill(main, heading, body);
  if (!isFirst) heading.focus({ preventScroll: true });
  scrollTo(0, 0);
  try {
    if (feed?.sandbox.name !== sandbox.name) await choose(sandbox.name);
    const { show } = await load(view);
    const made = await show({ body, feed, sandbox });
    await made.load?.();
    await made.update?.(current());
    if (made.load && !signal.aborted) follow(feed, made, signal);
    mine.update = made.update;
  } catch (error) {
    if (error.name === "AbortError") return;
    if (!(error instanceof Problem)) throw error;
    fill(body, problem(error), error.status === 401 && tokenForm());
    if (!error.status) recover(signal);
  }
}

/** Begin anew once the server answers. */
function recover(signal) {
  setTimeout(() => ask("GET", "/health", { signal })
    .then(() => location.reload(), () => signal.aborted || recover(signal)), 2000);
}

/** Return the form for the control token, which a server may ask for. */
function tokenForm() {
  function act({ control_token: token }) {
    useToken(token.trim());
    return navigate();
  }
  return schemaForm({ title: "For shared servers", button: "Use this token", required: ["control_token"],
    members: { control_token: { type: "string" } }, inputs: { control_token: { type: "password" } }, act });
}

const load = (view) => import(`./views/${view}.js`);
const titleOf = (view) => view[0].toUpperCase() + view.slice(1);

function showLinks(view) {
  const link = (name) => h("a", { href: address(name), "aria-current": name === view && "page" }, titleOf(name));
  fill(nav, VIEWS.map(link));
  menu.setAttribute("aria-expanded", "false");
}

async function choose(name) {
  feed?.close();
  const sandbox = new Sandbox(name);
  feed = new Feed(sandbox);
  feed.addEventListener("connection", ({ detail }) => showConnection(detail));
  feed.addEventListener("cleared", listSandboxes);
  listSandboxes();
  try {
    await Promise.all([loadVendors(sandbox), feed.start()]);
  } catch (error) {
    showConnection("lost");
    feed.close();
    feed = null;
    throw error;
  }
}

function showConnection(state) {
  connection.className = `connection ${state}`;
  connection.textContent = state === "live" ? "Live" : "Not connected";
}

async function listSandboxes() {
  const { sandboxes } = await ask("GET", "/sandboxes").catch(() => ({ sandboxes: [] }));
  const { sandbox } = current();
  const names = new Set([DEFAULT_SANDBOX, ...sandboxes.map(({ name }) => name), sandbox]);
  refresh(picker, [...names].map((name) => h("option", { selected: name === sandbox }, name)));
}

picker.addEventListener("change", () => {
  location.hash = address(current().view, { sandbox: picker.value });
});
picker.addEventListener("focus", listSandboxes);
menu.addEventListener("click", () => {
  menu.setAttribute("aria-expanded", menu.getAttribute("aria-expanded") === "false");
});
// A file that misses its target must not replace the page.
for (const type of ["dragover", "drop"]) {
  addEventListener(type, (event) => {
    if (event.dataTransfer?.types.includes("Files")) event.preventDefault();
  });
}
document.querySelector("body > a").addEventListener("click", (event) => {
  event.preventDefault();
  main.focus();
});
addEventListener("unhandledrejection", (event) => {
  const { reason } = event;
  if (reason instanceof Problem) report(reason);
  if (reason instanceof Problem || reason?.name === "AbortError") event.preventDefault();
});
addEventListener("hashchange", navigate);
await navigate();
// So that every view can say when the server is gone.
VIEWS.forEach(load);
