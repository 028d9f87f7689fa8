/** The page: its views, the choice of the sandbox, and the way from an address to a view. */

import { Problem, ask } from "./api.js";
import { fill, h } from "./dom.js";
import { Feed } from "./feed.js";
import { dismiss, report } from "./messages.js";
import { DEFAULT_SANDBOX, address, current } from "./route.js";

const VIEWS = {
  start: "Start",
  requests: "Requests",
  files: "Files",
  documents: "Documents",
  faults: "Faults",
  clock: "Clock",
  settings: "Settings",
  sandboxes: "Sandboxes",
  rules: "Rules",
};
const main = document.getElementById("main");
const nav = document.getElementById("views");
const menu = document.getElementById("menu");
const picker = document.getElementById("sandbox");
const connection = document.getElementById("connection");

let feed = null;
let shown = null;

async function navigate() {
  const route = current();
  const view = route.view in VIEWS ? route.view : "start";
  dismiss();
  showLinks(view);
  if (feed?.sandbox !== route.sandbox) await follow(route.sandbox);
  if (shown?.view === view && shown.sandbox === route.sandbox && shown.update?.(route)) return;
  const first = shown === null;
  shown?.controller.abort();
  const controller = new AbortController();
  const mine = { view, sandbox: route.sandbox, controller };
  shown = mine;
  document.title = `${VIEWS[view]} · attachment-emulator`;
  main.className = view;
  const heading = h("h1", { tabindex: "-1" }, VIEWS[view]);
  const body = h("div", { class: "body" });
  fill(main, h("div", { class: "title" }, heading), body);
  if (!first) heading.focus({ preventScroll: true });
  scrollTo(0, 0);
  try {
    const { show } = await import(`./views/${view}.js`);
    if (controller.signal.aborted) return;
    mine.update = await show({ body, heading, route, feed, sandbox: route.sandbox, signal: controller.signal });
  } catch (error) {
    if (error.name === "AbortError") return;
    if (!(error instanceof Problem)) throw error;
    fill(body, h("p", { class: "problem", role: "alert" }, h("strong", {}, error.title), " ", error.message));
  }
}

function showLinks(view) {
  fill(nav, Object.entries(VIEWS).map(([name, title]) => {
    return h("a", { href: address(name), "aria-current": name === view && "page" }, title);
  }));
  menu.setAttribute("aria-expanded", "false");
}

async function follow(sandbox) {
  feed?.close();
  const mine = new Feed(sandbox);
  feed = mine;
  mine.addEventListener("connection", ({ detail }) => showConnection(detail));
  mine.addEventListener("cleared", () => listSandboxes());
  fill(picker, h("option", { value: sandbox, selected: true }, sandbox));
  try {
    await mine.start();
    await listSandboxes();
  } catch (error) {
    showConnection("lost");
    report(error);
  }
}

function showConnection(state) {
  connection.className = `connection ${state}`;
  connection.textContent = state === "live" ? "Live" : "Not connected";
}

async function listSandboxes() {
  const { sandboxes } = await ask("GET", "/sandboxes");
  const names = sandboxes.map((sandbox) => sandbox.name);
  if (!names.includes(DEFAULT_SANDBOX)) names.unshift(DEFAULT_SANDBOX);
  if (!names.includes(feed.sandbox)) names.push(feed.sandbox);
  fill(picker, names.map((name) => h("option", { value: name, selected: name === feed.sandbox }, name)));
}

picker.addEventListener("change", () => {
  const { view } = current();
  location.hash = address(view, null, { sandbox: picker.value });
});
picker.addEventListener("focus", () => listSandboxes().catch(report));
addEventListener("sandboxes-changed", () => listSandboxes().catch(report));
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
  if (event.reason instanceof Problem) {
    event.preventDefault();
    report(event.reason);
  } else if (event.reason?.name === "AbortError") {
    event.preventDefault();
  }
});
addEventListener("hashchange", navigate);
navigate();
