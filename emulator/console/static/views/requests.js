/** Requests: the exchanges as they happen, newest first, with filters; and one of them in full beside the list. */

import { ask, controlUrl, inSandbox, rulesById } from "../api.js";
import { confirmButton, empty, fill, h, seconds, select, timeOfDay, visible } from "../dom.js";
import { detail } from "../exchange.js";
import { MOST } from "../feed.js";
import { report } from "../messages.js";
import { address, replaceParams } from "../route.js";
import { statusBadge } from "../upload.js";
import { VENDORS, titleOf } from "../vendors.js";

const CLASSES = [["", "Any status"], ["2xx", "2xx"], ["3xx", "3xx"], ["4xx", "4xx"], ["5xx", "5xx"], ["none", "No answer"]];

export async function show({ body, route, feed, sandbox, signal }) {
  const rules = await rulesById();
  const rows = new Map();
  const held = new Set();
  let paused = false;
  let selected = route.id;
  let inDetail = null;

  const list = h("ol", { class: "exchanges", "aria-label": "Exchanges, newest first", onkeydown: move });
  const nothing = empty("No requests yet. Send one, and it appears here at once: ",
    h("a", { href: address("start") }, "the first request"), ".");
  const noMatch = empty("No request matches the filters.");
  const side = h("section", { class: "detail", "aria-label": "The chosen exchange" });
  const pauseButton = h("button", { class: "quiet", "aria-pressed": "false", onclick: pause }, "Pause");
  const vendor = select({ "aria-label": "Vendor", onchange: filter },
    [["", "All vendors"], ...Object.entries(VENDORS).map(([name, { title }]) => [name, title])], route.params.get("vendor"));
  const status = select({ "aria-label": "Status", onchange: filter }, CLASSES, route.params.get("status"));
  const text = h("input", { type: "search", placeholder: "Path, rule, file name …", "aria-label": "Text",
    value: route.params.get("text"), oninput: filter });
  const panes = h("div", { class: "panes" }, h("div", { class: "list" }, nothing, noMatch, list), side);
  fill(body,
    h("div", { class: "bar" }, vendor, status, text, pauseButton,
      confirmButton("Clear", "Clear the journal?", clear),
      h("a", { class: "button quiet", href: controlUrl(inSandbox(sandbox, "/journal/har")), download: `${sandbox}.har` },
        "HAR")),
    panes);

  function matches(exchange) {
    const statusClass = exchange.status ? `${Math.floor(exchange.status / 100)}xx` : "none";
    if (vendor.value && exchange.vendor !== vendor.value) return false;
    if (status.value && statusClass !== status.value) return false;
    const words = text.value.trim().toLowerCase();
    if (!words) return true;
    const searched = [exchange.method, decoded(exchange.target), exchange.target, exchange.operation, exchange.fault,
      exchange.status, ...exchange.rules, ...exchange.request.files.map((file) => file.name)];
    return searched.join(" ").toLowerCase().includes(words);
  }

  function add(exchanges) {
    if (paused) {
      for (const exchange of exchanges) held.add(exchange.number);
      pauseButton.textContent = `Resume (${held.size >= MOST ? `${MOST}+` : held.size} new)`;
      return;
    }
    const fresh = document.createDocumentFragment();
    for (const exchange of exchanges) {
      const line = renderRow(exchange, rules);
      line.hidden = !matches(exchange);
      const present = rows.get(exchange.number);
      if (present) present.replaceWith(line);
      else fresh.prepend(line);
      rows.set(exchange.number, line);
      if (String(exchange.number) === selected) choose(exchange);
    }
    list.prepend(fresh);
    for (const [number, line] of rows) {
      if (rows.size <= MOST) break;
      line.remove();
      rows.delete(number);
    }
    count();
  }

  function count() {
    const any = list.querySelector("li:not([hidden])") !== null;
    nothing.hidden = rows.size > 0;
    noMatch.hidden = any || rows.size === 0;
  }

  function filter() {
    replaceParams(filters());
    for (const [number, line] of rows) line.hidden = !matches(feed.exchanges.get(number) ?? line.exchange);
    for (const link of list.querySelectorAll("a")) link.href = address("requests", link.dataset.number, filters());
    count();
  }

  function filters() {
    return { vendor: vendor.value, status: status.value, text: text.value };
  }

  function renderRow(exchange, known) {
    const refused = exchange.rules[0];
    const reason = refused
      ? [h("strong", {}, exchange.rules.join(", ")), " ", known.get(refused)?.sentence ?? ""]
      : exchange.fault ? [h("strong", {}, `fault: ${exchange.fault}`)] : exchange.hint ? [visible(exchange.hint)] : null;
    const line = h("li", { "aria-current": String(exchange.number) === selected && "true" },
      h("a", { href: address("requests", exchange.number, filters()), "data-number": exchange.number },
        h("span", { class: "time" }, timeOfDay(exchange.at)),
        statusBadge(exchange.status),
        h("span", { class: `vendor ${exchange.vendor}` }, titleOf(exchange.vendor)),
        h("span", { class: "method" }, exchange.method),
        h("span", { class: "target" }, h("bdi", {}, visible(decoded(shortTarget(exchange))))),
        h("span", { class: "duration" }, seconds(exchange.duration)),
        reason && h("span", { class: "reason" }, reason)));
    line.exchange = exchange;
    return line;
  }

  function pause() {
    paused = !paused;
    pauseButton.setAttribute("aria-pressed", String(paused));
    if (paused) {
      pauseButton.textContent = "Resume";
      return;
    }
    pauseButton.textContent = "Pause";
    const missed = [...held].map((number) => feed.exchanges.get(number)).filter(Boolean);
    held.clear();
    add(missed);
  }

  async function clear() {
    await ask("DELETE", inSandbox(sandbox, "/journal"));
    feed.clear();
    location.hash = address("requests", null, filters());
  }

  /** Move the focus by the arrow keys. */
  function move(event) {
    const step = { ArrowDown: "nextElementSibling", ArrowUp: "previousElementSibling" }[event.key];
    let line = step && event.target.closest("li")?.[step];
    while (line?.hidden) line = line[step];
    if (!line) return;
    event.preventDefault();
    line.firstElementChild.focus();
  }

  function choose(exchange) {
    inDetail?.abort();
    inDetail = new AbortController();
    panes.classList.add("split");
    for (const line of list.querySelectorAll("[aria-current]")) line.removeAttribute("aria-current");
    rows.get(exchange.number)?.setAttribute("aria-current", "true");
    const close = address("requests", null, filters());
    detail(side, { exchange, sandbox, rules, close, signal: inDetail.signal });
  }

  async function open(id) {
    selected = id;
    if (id === null) {
      inDetail?.abort();
      panes.classList.remove("split");
      for (const line of list.querySelectorAll("[aria-current]")) line.removeAttribute("aria-current");
      fill(side);
      return;
    }
    const known = feed.exchanges.get(Number(id));
    try {
      choose(known ?? (await ask("GET", inSandbox(sandbox, `/journal/${encodeURIComponent(id)}`), { signal })));
    } catch (error) {
      if (error.name === "AbortError") return;
      panes.classList.add("split");
      fill(side, h("a", { class: "button quiet", href: address("requests", null, filters()) }, "Close"),
        h("p", { class: "problem" }, h("strong", {}, error.title), " ", error.message));
    }
  }

  feed.addEventListener("exchanges", (event) => add(event.detail), { signal });
  feed.addEventListener("cleared", () => {
    rows.clear();
    held.clear();
    fill(list);
    count();
  }, { signal });
  signal.addEventListener("abort", () => inDetail?.abort());
  add([...feed.exchanges.values()]);
  if (selected) await open(selected);
  return (next) => {
    for (const [name, input] of Object.entries({ vendor, status, text })) input.value = next.params.get(name) ?? "";
    filter();
    open(next.id).then(() => next.id && side.querySelector("h2")?.focus({ preventScroll: true })).catch(report);
    return true;
  };
}

/** Return a target without what the vendor's name says already. */
function shortTarget({ target, vendor }) {
  const base = VENDORS[vendor] && `/${VENDORS[vendor].base}`;
  const start = base ? target.indexOf(`${base}/`) : -1;
  return start < 0 ? target : target.slice(start + base.length);
}

function decoded(target) {
  try {
    return decodeURIComponent(target);
  } catch {
    return target;
  }
}
