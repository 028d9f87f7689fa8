/** Requests: the exchanges as they happen, newest first, with filters; and one of them in full beside the list. */

import { rulesById } from "../api.js";
import { confirmButton, empty, fill, h, name, refresh, seconds, statusBadge, visible } from "../dom.js";
import { copyButtons, detail } from "../exchange.js";
import { Filters, choice, search, vendorChoice } from "../filters.js";
import { problem } from "../messages.js";
import { address, decoded, link } from "../route.js";
import { Split } from "../split.js";
import { VENDORS, vendorMark } from "../vendors.js";

const CLASSES = [["", "Any status"], "2xx", "3xx", "4xx", "5xx", ["none", "No answer"]];
const PAGE = 100;

export async function show({ body, feed, sandbox }) {
  const rules = await rulesById();
  let most = PAGE;
  let held = null;
  let missed = 0;

  const inputs = {
    vendor: vendorChoice(), status: choice("Status", CLASSES), text: search("Path, rule, file name …") };
  const filters = new Filters(inputs, render);
  const list = h("div", { onkeydown: move });
  const more = h("button.quiet", { onclick: showMore }, "Show older ones");
  const pauseButton = h("button.quiet", { onclick: pause }, "Pause");
  const split = new Split(sandbox, "The chosen exchange", list, more);
  fill(body,
    h("div.bar", Object.values(inputs), pauseButton,
      confirmButton("Clear", "Clear the journal?", clear),
      h("a.button.quiet", { href: sandbox.url("/journal/har"), download: `${sandbox.name}.har` }, "HAR")),
    split.element);

  function matches(exchange) {
    const { vendor, status } = filters.values();
    const statusClass = exchange.status ? `${Math.floor(exchange.status / 100)}xx` : "none";
    return (!vendor || exchange.vendor === vendor) && (!status || statusClass === status) && filters.finds(
      exchange.method, decoded(exchange.target), exchange.target, exchange.operation, exchange.fault, exchange.status,
      ...exchange.rules, ...exchange.request.files.map((file) => file.name));
  }

  function render() {
    const exchanges = held ?? [...feed.exchanges.values()];
    const matching = exchanges.filter(matches).reverse();
    more.hidden = matching.length <= most;
    refresh(list, matching.length
      ? h("ol.exchanges", { "aria-label": "Exchanges, newest first" }, matching.slice(0, most).map(rowOf))
      : empty(exchanges.length ? `None of the last ${exchanges.length} requests matches the filters.`
        : ["No requests yet. Send one, and it appears here at once: ", link("start", {}, "the first request"), "."]));
  }

  function rowOf(exchange) {
    const { number, rules: refusals, fault, hint } = exchange;
    const reason = refusals.length ? [h("strong", refusals.join(", ")), " ", rules.get(refusals[0])?.sentence]
      : fault ? h("strong", `fault: ${fault}`) : hint && visible(hint);
    return h("li", { "data-key": number, "aria-current": String(number) === filters.id && "true" },
      link("requests", { id: number, ...filters.values() },
        h("span.time", new Date(exchange.at).toISOString().slice(11, 23)),
        statusBadge(exchange.status),
        vendorMark(exchange.vendor),
        h("b", exchange.method),
        h("span.target", name(shortTarget(exchange))),
        h("span.time", seconds(exchange.duration)),
        reason && h("span.reason", reason)));
  }

  function showMore() {
    most += PAGE;
    render();
  }

  function onExchanges({ detail: added }) {
    if (added.some(({ number }) => String(number) === filters.id)) open();
    if (!held) return;
    missed += added.length;
    pauseButton.textContent = `Resume (${missed} new)`;
  }

  function pause() {
    held = held ? null : [...feed.exchanges.values()];
    missed = 0;
    pauseButton.textContent = held ? "Resume" : "Pause";
    render();
  }

  async function clear() {
    await sandbox.change("DELETE", "/journal");
    feed.clear();
    location.hash = address("requests", filters.values());
  }

  function move(event) {
    const step = { ArrowDown: "nextElementSibling", ArrowUp: "previousElementSibling" }[event.key];
    const row = step && event.target.closest("li")?.[step];
    if (!row) return;
    event.preventDefault();
    row.firstElementChild.focus();
  }

  function update(next) {
    filters.update(next);
    return open();
  }

  /** Ask for the exchange anew, as its bytes may be gone since the feed had it. */
  async function open() {
    const { id } = filters;
    const chosen = split.choose(id);
    if (id === null) return;
    try {
      const exchange = await chosen.get(`/journal/${encodeURIComponent(id)}`);
      split.show(copyButtons(exchange, chosen), detail(exchange, chosen, rules));
    } catch (error) {
      if (error.name !== "AbortError") split.show([], problem(error));
    }
  }

  feed.addEventListener("exchanges", onExchanges, { signal: sandbox.signal });
  feed.addEventListener("cleared", () => {
    held &&= [];
    render();
  }, { signal: sandbox.signal });
  return { load: render, update };
}

function shortTarget({ target, vendor }) {
  const { base_url: url } = VENDORS[vendor];
  const base = `${url.slice(url.lastIndexOf(`/${vendor}`))}/`;
  return decoded(target.includes(base) ? target.slice(target.indexOf(base) + base.length - 1) : target);
}
