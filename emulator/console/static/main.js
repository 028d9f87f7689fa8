/** The page: its views, the choice of the sandbox, and the way from an address to a view. */

import { Problem, ask, useToken } from "./api.js";
import { fill, h } from "./dom.js";
import { Feed } from "./feed.js";
import { dismiss, problem, report } from "./messages.js";
import { DEFAULT_SANDBOX, address, current, tokenInAddress } from "./route.js";
import { tokenForm } from "./token.js";
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
  const { sandbox } = route;
  const view = VIEWS.includes(route.view) ? route.view : "start";
  dismiss();
  showLinks(view);
  if (shown?.view === view && shown.sandbox === sandbox && shown.update) {
    shown.update(route);
    return;
  }
  shown?.controller.abort();
  const isFirst = shown === null;
  const controller = new AbortController();
  const { signal } = controller;
  const mine = { view, sandbox, controller };
  shown = mine;
  document.title = `${titleOf(view)} · attachment-emulator`;
  main.className = view;
  const heading = h("h1", { tabindex: "-1" }, titleOf(view));
  const body = h("div", { class: "body" });
  fill(main, heading, body);
  if (!isFirst) heading.focus({ preventScroll: true });
  scrollTo(0, 0);
  try {
    if (feed?.sandbox !== sandbox) await follow(sandbox);
    const { show } = await import(`./views/${view}.js`);
    if (!signal.aborted) mine.update = await show({ body, route, feed, sandbox, signal });
  } catch (error) {
    if (error.name === "AbortError") return;
    if (!(error instanceof Problem)) throw error;
    fill(body, error.status === 401 ? tokenForm(error, navigate) : problem(error));
  }
}

const titleOf = (view) => view[0].toUpperCase() + view.slice(1);

function showLinks(view) {
  const link = (name) => h("a", { href: address(name), "aria-current": name === view && "page" }, titleOf(name));
  fill(nav, VIEWS.map(link));
  menu.setAttribute("aria-expanded", "false");
}

async function follow(sandbox) {
  feed?.close();
  feed = new Feed(sandbox);
  feed.addEventListener("connection", ({ detail }) => showConnection(detail));
  feed.addEventListener("cleared", listSandboxes);
  fill(picker, h("option", { value: sandbox }, sandbox));
  try {
    await Promise.all([loadVendors(sandbox), feed.start()]);
  } catch (error) {
    showConnection("lost");
    feed.close();
    feed = null;
    throw error;
  }
  await listSandboxes();
}

function showConnection(state) {
  connection.className = `connection ${state}`;
  connection.textContent = state === "live" ? "Live" : "Not connected";
}

async function listSandboxes() {
  const { sandboxes } = await ask("GET", "/sandboxes").catch(() => ({ sandboxes: [] }));
  const { sandbox } = current();
  const names = new Set([DEFAULT_SANDBOX, ...sandboxes.map(({ name }) => name), sandbox]);
  fill(picker, [...names].map((name) => h("option", { value: name, selected: name === sandbox }, name)));
}

picker.addEventListener("change", () => {
  location.hash = address(current().view, null, { sandbox: picker.value });
});
picker.addEventListener("focus", listSandboxes);
addEventListener("sandboxes-changed", listSandboxes);
menu.addEventListener("click", () => {
  menu.setAttribute("aria-expanded", menu.getAttribute("aria-expanded") === "false");
});
// A file that misses its target must not replace the page.
for (const type of ["dragover", "drop"]) {
  addEventListener(type, (event) => {
    if (event.dataTransfer?.types.includes("Files")) event.preventDefault();
  });
}
document.querySelector(".skip").addEventListener("click", (event) => {
  event.preventDefault();
  main.focus();
});
addEventListener("unhandledrejection", (event) => {
  const { reason } = event;
  if (reason instanceof Problem) report(reason);
  if (reason instanceof Problem || reason?.name === "AbortError") event.preventDefault();
});
addEventListener("hashchange", navigate);
navigate();
