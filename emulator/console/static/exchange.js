/** One exchange in full: why it was answered so, what was sent, and what came back. */

import { ask, controlUrl, inSandbox, send } from "./api.js";
import { isAvailable, requestBody } from "./bodies.js";
import { badge, bytes, code, copyButton, empty, fill, h, name, seconds, visible } from "./dom.js";
import { asText, preview } from "./preview.js";
import { exchangeAsCurl, exchangeAsTest } from "./replay.js";
import { address } from "./route.js";
import { statusBadge } from "./upload.js";
import { titleOf } from "./vendors.js";

const OUTCOMES = {
  open: "The answer is still under way.",
  disconnected: "The client closed the connection before the answer was complete.",
  cut: "A fault ended the connection.",
  failed: "The emulator itself failed. This is a bug in the emulator; see the server's log.",
};

/** Show an exchange in an element. What it loads is dropped when the signal aborts. */
export function detail(element, { exchange, sandbox, rules, close, signal }) {
  const { method, number, request, response } = exchange;
  const [path, query] = exchange.target.split(/\?(.*)/s);
  const about = h("p", { class: "meta" },
    statusBadge(exchange.status), ` ${titleOf(exchange.vendor)}`,
    exchange.operation ? [" · ", code(exchange.operation)] : null,
    ` · ${exchange.at} · ${seconds(exchange.duration)}`);
  fill(element,
    h("div", { class: "bar" },
      copyButton("Copy as curl", () => exchangeAsCurl(exchange, sandbox, signal)),
      copyButton("Copy as test", async () => exchangeAsTest(exchange, await requestBody(exchange, sandbox, signal), rules)),
      h("a", { class: "button quiet end", href: close, "aria-label": "Close this exchange" }, "Close")),
    h("h2", { tabindex: "-1" }, h("span", { class: "unseen" }, `Exchange ${number}: `), h("b", {}, method), " ", name(path)),
    about,
    why(exchange, sandbox, rules, signal),
    h("h3", {}, "Request"),
    query ? pairs("Query", [...new URLSearchParams(query)]) : null,
    pairs("Headers", request.headers, true),
    request.files.length ? files(request.files, sandbox, signal) : null,
    request.files.length ? null : body("request", request, exchange, sandbox, signal),
    h("h3", {}, "Response"),
    pairs("Headers", response.headers, true),
    body("response", response, exchange, sandbox, signal));
}

/** Return the reasons for the answer: rules, a fault, a hint, or how the exchange ended. */
function why(exchange, sandbox, rules, signal) {
  const reasons = exchange.rules.map((id) => ruleReason(rules.get(id), id, sandbox, signal));
  if (exchange.fault) {
    reasons.push(h("p", {}, badge("fault", "fault"), " ", code(exchange.fault), " was triggered. ",
      h("a", { href: address("faults") }, "See the armed faults")));
  }
  if (exchange.hint) reasons.push(h("p", {}, visible(exchange.hint)));
  if (exchange.outcome in OUTCOMES) reasons.push(h("p", {}, OUTCOMES[exchange.outcome]));
  if (!reasons.length) return null;
  return h("section", { class: "why", "aria-label": "Why" }, h("h3", {}, "Why"), reasons);
}

function ruleReason(rule, id, sandbox, signal) {
  if (!rule) return h("p", {}, code(id));
  return h("div", { class: "rule" },
    h("p", { class: "sentence" }, rule.sentence),
    h("p", {}, h("a", { href: address("rules", id) }, code(id)), " ", badge(rule.grade, rule.grade)),
    h("p", { class: "source" }, source(rule.source), `, ${rule.date}`),
    rule.on_page && h("p", { class: "source" }, `The documentation says: ${rule.on_page}`),
    rule.setting && settingInForce(rule, sandbox, signal));
}

function settingInForce(rule, sandbox, signal) {
  const value = h("span", {}, "…");
  ask("GET", inSandbox(sandbox, "/settings"), { signal }).then(({ settings }) => {
    const inForce = settings[rule.setting];
    fill(value, code(String(inForce)), inForce === rule.default ? " (the default)" : [" (by default ", code(String(rule.default)), ")"]);
  }).catch(() => fill(value, "unknown"));
  return h("p", { class: "setting" }, "Setting ", code(rule.setting), " is ", value, ". ",
    h("a", { href: address("settings", rule.setting) }, "Change it"));
}

/** Return a rule's source, as a link if it is an address. */
export function source(text) {
  if (!/^https:\/\/\S+$/.test(text)) return h("span", {}, text);
  return h("a", { href: text, target: "_blank", rel: "noopener noreferrer" }, text);
}

function pairs(title, entries, closed) {
  if (!entries.length) return null;
  return h("details", { open: !closed || entries.length < 4 },
    h("summary", {}, `${title} (${entries.length})`),
    h("dl", { class: "pairs" }, entries.map(([key, value]) => [h("dt", {}, visible(key)), h("dd", {}, visible(value))])));
}

function files(entries, sandbox, signal) {
  return h("div", { class: "files" }, entries.map((file) => {
    const url = controlUrl(inSandbox(sandbox, `/files/${file.sha256}`));
    return h("div", { class: "file" },
      h("p", {}, name(file.name), ` · ${bytes(file.size)}`, file.sha256 && h("span", { class: "note" }, ` · sha256 ${file.sha256}`)),
      load(async () => {
        if (await isAvailable(file, sandbox, signal)) return preview(url, signal);
        return empty("The file was not stored, or is deleted.");
      }));
  }));
}

/** Return a box that is filled once its content is loaded, or with the control API's reason why it cannot be. */
function load(get) {
  const box = h("div", {});
  get().then((content) => fill(box, content)).catch((error) => {
    if (error.name !== "AbortError") fill(box, empty(error.message));
  });
  return box;
}

function body(side, part, exchange, sandbox, signal) {
  if (!part.size) return h("p", { class: "note" }, "No body.");
  const path = inSandbox(sandbox, `/journal/${exchange.number}/${side}`);
  const type = part.headers.find(([key]) => key === "content-type")?.[1] ?? "";
  const facts = [bytes(part.size), visible(type), part.sha256 && `sha256 ${part.sha256}`].filter(Boolean).join(" · ");
  const isStructured = /json|xml/.test(type);
  const content = load(async () => {
    if (!(await isAvailable(part, sandbox, signal))) return empty("The journal holds no such body: its file was not stored, or is deleted.");
    return isStructured && !part.sha256 ? pretty(path, type, signal) : preview(controlUrl(path), signal);
  });
  return h("div", { class: "content" }, h("p", { class: "note" }, facts), content);
}

/** Return a JSON or XML body with line breaks and indentation. */
async function pretty(path, type, signal) {
  const response = await send("GET", path, { signal });
  const text = asText(new Uint8Array(await response.arrayBuffer()));
  if (text === null) return preview(controlUrl(path), signal);
  let shown = text;
  try {
    shown = /json/.test(type) ? JSON.stringify(JSON.parse(text), null, 2) : indentXml(text);
  } catch {
    // It is not what its type says; it is shown as it is.
  }
  return [h("pre", { tabindex: "0", "aria-label": "The body" }, shown), copyButton("Copy", text, "Copy the body as it was sent")];
}

function indentXml(text) {
  let depth = 0;
  return text.replace(/>\s*</g, ">\n<").split("\n").map((line) => {
    const closes = line.startsWith("</");
    if (closes) depth -= 1;
    const indented = "  ".repeat(Math.max(depth, 0)) + line;
    if (!closes && /^<[^?!/][^>]*[^/]>$/.test(line)) depth += 1;
    return indented;
  }).join("\n");
}
