/** One exchange in full: why it was answered so, what was sent, and what came back. */

import { ask, inSandbox, isAvailable, send } from "./api.js";
import { badge, bytes, code, copyButton, empty, fill, h, name, seconds, statusBadge, terms, visible } from "./dom.js";
import { loading, preview, text } from "./preview.js";
import { address } from "./route.js";
import { titleOf } from "./vendors.js";

const OUTCOMES = {
  open: "The answer is still under way.",
  disconnected: "The client closed the connection before the answer was complete.",
  cut: "A fault ended the connection.",
  failed: "The emulator itself failed. This is a bug in the emulator; see the server's log.",
};

export function detail(element, { exchange, sandbox, rules, close, signal }) {
  const { method, number, operation, request, response } = exchange;
  const [path, query] = exchange.target.split(/\?(.*)/s);
  fill(element,
    h("div", { class: "bar" },
      ["curl", "test"].map((form) => copyButton(`Copy as ${form}`, async () =>
        (await send("GET", inSandbox(sandbox, `/journal/${number}/${form}`), { signal })).text())),
      h("a", { class: "button quiet end", href: close, "aria-label": "Close this exchange" }, "Close")),
    h("h2", { tabindex: "-1" },
      h("span", { class: "unseen" }, `Exchange ${number}: `), h("b", {}, method), " ", name(path)),
    h("p", { class: "note" },
      statusBadge(exchange.status), ` ${titleOf(exchange.vendor)}`, operation && [" · ", code(operation)],
      ` · ${exchange.at} · ${seconds(exchange.duration)}`),
    why(exchange, sandbox, rules, signal),
    h("h3", {}, "Request"),
    query && pairs("Query", [...new URLSearchParams(query)], true),
    pairs("Headers", request.headers),
    request.files.length
      ? request.files.map((file) =>
        part(name(file.name), file, inSandbox(sandbox, `/files/${file.sha256}`), sandbox, signal))
      : body("request", request, exchange, sandbox, signal),
    h("h3", {}, "Response"),
    pairs("Headers", response.headers),
    body("response", response, exchange, sandbox, signal));
}

function why({ rules: ids, fault, hint, outcome }, sandbox, rules, signal) {
  const reasons = [
    ...ids.map((id) => (rules.has(id) ? ruleReason(rules.get(id), sandbox, signal) : h("p", {}, code(id)))),
    fault && h("p", {}, badge("fault", "s5"), " ", code(fault), " was triggered. ",
      h("a", { href: address("faults") }, "See the armed faults")),
    hint && h("p", {}, visible(hint)),
    OUTCOMES[outcome] && h("p", {}, OUTCOMES[outcome]),
  ].filter(Boolean);
  return reasons.length > 0 && h("section", { class: "why", "aria-label": "Why" }, h("h3", {}, "Why"), reasons);
}

function ruleReason(rule, sandbox, signal) {
  return h("div", {},
    h("p", {}, rule.sentence),
    h("p", {}, h("a", { href: address("rules", rule.id) }, code(rule.id)), " ", gradeBadge(rule)),
    evidence(rule),
    rule.setting && h("p", {}, "Setting ", code(rule.setting), " is ", inForce(rule, sandbox, signal), ". ",
      h("a", { href: address("settings", rule.setting) }, "Change it")));
}

function inForce(rule, sandbox, signal) {
  const shown = h("span", {}, "…");
  ask("GET", inSandbox(sandbox, "/settings"), { signal }).then(({ settings }) => {
    const value = settings[rule.setting];
    fill(shown, code(value), value === rule.default ? " (the default)" : [" (by default ", code(rule.default), ")"]);
  }).catch(() => fill(shown, "unknown"));
  return shown;
}

export const gradeBadge = ({ grade }) => badge(grade, { documented: "s2", observed: "s3", inferred: "s4" }[grade]);

export function evidence({ source, date, verified, on_page: onPage }) {
  const link = /^https:\/\/\S+$/.test(source) && { href: source, target: "_blank", rel: "noopener noreferrer" };
  return [
    h("p", { class: "note" }, link ? h("a", link, source) : source, `, ${date}`),
    verified && h("p", { class: "note" }, `Verified against the vendor: ${verified.date}, ${verified.how}`),
    onPage && h("p", { class: "note" }, `The documentation says: ${onPage}`),
  ];
}

function pairs(title, entries, open) {
  if (!entries.length) return null;
  return h("details", { open: open || entries.length < 4 },
    h("summary", {}, `${title} (${entries.length})`),
    terms("pairs", entries.map(([key, value]) => [visible(key), visible(value)])));
}

function body(side, { headers, ...sent }, { number }, sandbox, signal) {
  if (!sent.size) return h("p", { class: "note" }, "No body.");
  const type = headers.find(([key]) => key === "content-type")?.[1] ?? "";
  return part(visible(type), sent, inSandbox(sandbox, `/journal/${number}/${side}`), sandbox, signal, type);
}

function part(title, { size, sha256 }, path, sandbox, signal, type = "") {
  async function content() {
    const isThere = await isAvailable({ size, sha256 }, sandbox, signal);
    if (!isThere) return empty("Its bytes were not stored, or are deleted.");
    return /json|xml/.test(type) && !sha256 ? plain(path, signal) : preview(path, signal);
  }
  return h("div", {},
    h("p", { class: "note" }, title, ` · ${bytes(size)}`, sha256 && ` · sha256 ${sha256}`),
    loading(content()));
}

/** Return a body as text, with JSON indented. */
async function plain(path, signal) {
  const sent = await (await send("GET", path, { signal })).text();
  let indented = sent;
  try {
    indented = JSON.stringify(JSON.parse(sent), null, 2);
  } catch {
    // It is XML, or not what its type says.
  }
  return [text(indented), copyButton("Copy", () => sent, "Copy the body as it was sent")];
}
