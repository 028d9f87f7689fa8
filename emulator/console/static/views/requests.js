/** Requests: the exchanges as they happen, newest first, with filters; and one of them in full beside the list. */

import { ask, controlUrl, inSandbox, rulesById } from "../api.js";
import { confirmButton, empty, fill, h, name, seconds, statusBadge, visible } from "../dom.js";
import { detail } from "../exchange.js";
import { Filters, choice, search, vendorChoice } from "../filters.js";
import { problem } from "../messages.js";
import { address, decoded } from "../route.js";
import { VENDORS, vendorMark } from "../vendors.js";

const CLASSES = [["", "Any status"], "2xx", "3xx", "4xx", "5xx", ["none", "No answer"]];
const PAGE = 100;
/** The least time between two renderings, in milliseconds; of a burst, only what is then the newest gets rows. */
const PAUSE = 200;

export async function show({ body, route, feed, sandbox, signal }) {
  const rules = await rulesById();
  const rows = new Map();
  let most = PAGE;
  let timer = null;
  let held = null;
  let missed = 0;
  let inDetail = new AbortController();

  const inputs = {
    vendor: vendorChoice(), status: choice("Status", CLASSES), text: search("Path, rule, file name …") };
  const filters = new Filters(route, inputs, rebuild);
  const list = h("ol", { class: "exchanges", "aria-label": "Exchanges, newest first", onkeydown: move });
  const nothing = h("div", {});
  const more = h("button", { class: "quiet", onclick: showMore }, "Show older ones");
  const side = h("section", { class: "detail", "aria-label": "The chosen exchange" });
  const pauseButton = h("button", { class: "quiet", "aria-pressed": "false", onclick: pause }, "Pause");
  const har = { class: "button quiet", href: controlUrl(inSandbox(sandbox, "/journal/har")) };
  const panes = h("div", { class: "panes" }, h("div", { class: "list" }, nothing, list, more), side);
  fill(body,
    h("div", { class: "bar" }, Object.values(inputs), pauseButton,
      confirmButton("Clear", "Clear the journal?", clear),
      h("a", { ...har, download: `${sandbox}.har` }, "HAR")),
    panes);

  function matches(exchange) {
    const { vendor, status } = filters.values();
    const statusClass = exchange.status ? `${Math.floor(exchange.status / 100)}xx` : "none";
    return (!vendor || exchange.vendor === vendor) && (!status || statusClass === status) && filters.finds(
      exchange.method, decoded(exchange.target), exchange.target, exchange.operation, exchange.fault, exchange.status,
      ...exchange.rules, ...exchange.request.files.map((file) => file.name));
  }

  /** Bring the rows up to date without moving those that stay, as one of them may have the focus. */
  function render() {
    const exchanges = held ?? [...feed.exchanges.values()];
    const matching = exchanges.filter(matches).reverse();
    const shown = new Map(matching.slice(0, most).map((exchange) => [exchange.number, exchange]));
    for (const [number, row] of rows) {
      if (shown.get(number) === row.exchange) continue;
      row.remove();
      rows.delete(number);
    }
    let next = list.firstElementChild;
    for (const [number, exchange] of shown) {
      if (!rows.has(number)) {
        const row = rowOf(exchange);
        rows.set(number, row);
        list.insertBefore(row, next);
      } else {
        next = next.nextElementSibling;
      }
    }
    list.hidden = !shown.size;
    more.hidden = matching.length <= most;
    if (shown.size) fill(nothing);
    else if (exchanges.length) fill(nothing, empty("No request matches the filters."));
    else {
      fill(nothing, empty("No requests yet. Send one, and it appears here at once: ",
        h("a", { href: address("start") }, "the first request"), "."));
    }
  }

  /** Build all rows again, as their links have the filters in them. */
  function rebuild() {
    rows.clear();
    fill(list);
    render();
  }

  function rowOf(exchange) {
    const { number, rules: refusals, fault, hint } = exchange;
    const reason = refusals.length ? [h("strong", {}, refusals.join(", ")), " ", rules.get(refusals[0])?.sentence]
      : fault ? h("strong", {}, `fault: ${fault}`) : hint && visible(hint);
    const row = h("li", { "aria-current": String(number) === filters.id && "true" },
      h("a", { href: address("requests", number, filters.values()) },
        h("span", { class: "time" }, new Date(exchange.at).toISOString().slice(11, 23)),
        statusBadge(exchange.status),
        vendorMark(exchange.vendor),
        h("b", {}, exchange.method),
        h("span", { class: "target" }, name(shortTarget(exchange))),
        h("span", { class: "time" }, seconds(exchange.duration)),
        reason && h("span", { class: "reason" }, reason)));
    row.exchange = exchange;
    return row;
  }

  function showMore() {
    most += PAGE;
    render();
  }

  function onExchanges({ detail: added }) {
    const chosen = added.find(({ number }) => String(number) === filters.id);
    if (chosen) showDetail(chosen);
    if (held) {
      missed += added.length;
      pauseButton.textContent = `Resume (${missed} new)`;
      return;
    }
    timer ??= setTimeout(() => {
      timer = null;
      if (!signal.aborted) render();
    }, PAUSE);
  }

  function pause() {
    held = held ? null : [...feed.exchanges.values()];
    missed = 0;
    pauseButton.setAttribute("aria-pressed", held !== null);
    pauseButton.textContent = held ? "Resume" : "Pause";
    render();
  }

  async function clear() {
    await ask("DELETE", inSandbox(sandbox, "/journal"));
    feed.clear();
    location.hash = address("requests", null, filters.values());
  }

  function move(event) {
    const step = { ArrowDown: "nextElementSibling", ArrowUp: "previousElementSibling" }[event.key];
    const row = step && event.target.closest("li")?.[step];
    if (!row) return;
    event.preventDefault();
    row.firstElementChild.focus();
  }

  function showDetail(exchange) {
    inDetail.abort();
    inDetail = new AbortController();
    const close = address("requests", null, filters.values());
    detail(side, { exchange, sandbox, rules, close, signal: inDetail.signal });
  }

  async function open() {
    const { id } = filters;
    inDetail.abort();
    panes.classList.toggle("split", id !== null);
    rebuild();
    if (id === null) return;
    const path = inSandbox(sandbox, `/journal/${encodeURIComponent(id)}`);
    try {
      showDetail(feed.exchanges.get(Number(id)) ?? (await ask("GET", path, { signal })));
    } catch (error) {
      if (error.name === "AbortError") return;
      const close = { class: "button quiet", href: address("requests", null, filters.values()) };
      fill(side, h("a", close, "Close"), problem(error));
    }
  }

  feed.addEventListener("exchanges", onExchanges, { signal });
  feed.addEventListener("cleared", () => {
    if (held) held = [];
    render();
  }, { signal });
  signal.addEventListener("abort", () => inDetail.abort());
  await open();
  return async (next) => {
    filters.set(next);
    await open();
    side.querySelector("h2")?.focus({ preventScroll: true });
  };
}

function shortTarget({ target, vendor }) {
  const { base_url: url } = VENDORS[vendor];
  const base = `${url.slice(url.lastIndexOf(`/${vendor}`))}/`;
  return decoded(target.includes(base) ? target.slice(target.indexOf(base) + base.length - 1) : target);
}
