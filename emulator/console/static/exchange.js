/** One exchange in full: why it was answered so, what was sent, and what came back. */

import { badge, bytes, code, copyButton, empty, h, name, seconds, statusBadge, terms, visible } from "./dom.js";
import { loading, preview, text } from "./preview.js";
import { link } from "./route.js";
import { titleOf } from "./vendors.js";

const OUTCOMES = {
  open: "The answer is still under way.",
  disconnected: "The client closed the connection before the answer was complete.",
  cut: "A fault ended the connection.",
  failed: "The emulator itself failed: a bug. See the server's log.",
};

export const copyButtons = ({ number }, sandbox) => ["curl", "test"].map((form) =>
  copyButton(`Copy as ${form}`, async () => (await sandbox.open(`/journal/${number}/${form}`)).text()));

export function detail(exchange, sandbox, rules) {
  const { method, number, operation, request, response } = exchange;
  const [path, query] = exchange.target.split(/\?(.*)/s);
  return [
    h("h2", { tabindex: "-1" },
      h("span.unseen", `Exchange ${number}: `), h("b", method), " ", name(path)),
    h("p.note",
      statusBadge(exchange.status), ` ${titleOf(exchange.vendor)}`, operation && [" · ", code(operation)],
      ` · ${exchange.at} · ${seconds(exchange.duration)}`),
    why(exchange, sandbox, rules),
    h("h3", "Request"),
    query && pairs("Query", [...new URLSearchParams(query)], true),
    pairs("Headers", request.headers),
    request.files.length
      ? request.files.map((file) => part(name(file.name), file, `/files/${file.sha256}`, sandbox))
      : body(request, `/journal/${number}/request`, sandbox),
    h("h3", "Response"),
    pairs("Headers", response.headers),
    body(response, `/journal/${number}/response`, sandbox),
  ];
}

function why({ rules: ids, fault, hint, outcome }, sandbox, rules) {
  const reasons = [
    ...ids.map((id) => ruleReason(rules.get(id), sandbox)),
    fault && h("p", badge("fault", "s5"), " ", code(fault), " was triggered. ",
      link("faults", {}, "See the armed faults")),
    hint && h("p", visible(hint)),
    OUTCOMES[outcome] && h("p", OUTCOMES[outcome]),
  ].filter(Boolean);
  return reasons.length > 0 && h("section.why", { "aria-label": "Why" }, h("h3", "Why"), reasons);
}

function ruleReason(rule, sandbox) {
  return h("div",
    h("p", rule.sentence),
    h("p", link("rules", { text: rule.id }, code(rule.id)), " ", gradeBadge(rule)),
    evidence(rule),
    rule.setting && h("p", "Setting ", code(rule.setting), " is ", inForce(rule, sandbox), ". ",
      link("settings", { text: rule.setting }, "Change it")));
}

function inForce(rule, sandbox) {
  return loading("span", sandbox.get("/settings").then(({ settings }) => {
    const value = settings[rule.setting];
    return [code(value), value === rule.default ? " (the default)" : [" (by default ", code(rule.default), ")"]];
  }));
}

export const gradeBadge = ({ grade }) => badge(grade, { documented: "s2", observed: "s3", inferred: "s4" }[grade]);

export function evidence({ source, date, verified, on_page: onPage }) {
  const page = /^https:\/\/\S+$/.test(source) && { href: source, target: "_blank" };
  return [
    h("p.note", page ? h("a", page, source) : source, `, ${date}`),
    verified && h("p.note", `Verified against the vendor: ${verified.date}, ${verified.how}`),
    onPage && h("p.note", `The documentation says: ${onPage}`),
  ];
}

function pairs(title, entries, open) {
  if (!entries.length) return null;
  return h("details", { open: open || entries.length < 4 },
    h("summary", `${title} (${entries.length})`),
    terms("pairs", entries.map(([key, value]) => [visible(key), visible(value)])));
}

function body({ headers, ...sent }, path, sandbox) {
  if (!sent.size) return h("p.note", "No body.");
  const type = headers.find(([key]) => key === "content-type")?.[1] ?? "";
  return part(visible(type), sent, path, sandbox, type);
}

function part(title, { size, sha256, available }, path, sandbox, type = "") {
  const show = !sha256 && /json|xml/.test(type) ? plain : preview;
  return h("div",
    h("p.note", title, ` · ${bytes(size)}`, sha256 && ` · sha256 ${sha256}`),
    available ? loading("div", show(path, sandbox)) : empty("Its bytes were not kept."));
}

/** Return a body as text, with JSON indented. */
async function plain(path, sandbox) {
  const sent = await (await sandbox.open(path)).text();
  let indented = sent;
  try {
    indented = JSON.stringify(JSON.parse(sent), null, 2);
  } catch {
    // XML, or not what its type says.
  }
  return [text(indented), copyButton("Copy", () => sent, "Copy the body as sent")];
}
