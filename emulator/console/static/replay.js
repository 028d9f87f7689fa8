/** An exchange as a curl command that sends its request again, and as a pytest function that asserts its answer. */

import { controlUrl, inSandbox, server } from "./api.js";
import { isAvailable } from "./bodies.js";
import { DEFAULT_SANDBOX } from "./route.js";
import { dictionary, quoted, shell } from "./snippets.js";
import { VENDORS, keyOf } from "./vendors.js";

/** Headers that a client or the connection adds by itself. */
const AUTOMATIC = new Set([
  "accept-encoding", "accept-language", "cache-control", "connection", "content-length", "cookie", "expect", "host",
  "origin", "pragma", "referer", "transfer-encoding", "user-agent",
]);
/** Headers that the fixture's client sends by itself. */
const CLIENTS = new Set(["authorization", "x-api-key", "xero-tenant-id", "x-team-id", "x-emulator-sandbox"]);
/** The largest body that is written into a test, in bytes. */
const LONGEST_LITERAL = 200;

/** Return a curl command for a shell that knows process substitution. Zeros stand for bytes that are not held any more. */
export async function exchangeAsCurl(exchange, sandbox, signal) {
  const path = pathBelowServer(exchange);
  const headers = headersToSend(exchange);
  if (!/^(sandbox|xero|codat|dualentry|vrplatform)\//.test(path)) headers.push(["host", hostOf(exchange)]);
  const namesSandbox = path.startsWith("sandbox/") || headers.some(([name]) => name === "x-emulator-sandbox");
  if (sandbox !== DEFAULT_SANDBOX && !namesSandbox) headers.push(["x-emulator-sandbox", sandbox]);
  const options = headers.map(([name, value]) => `-H ${shell(`${name}: ${value}`)}`);
  let input = "";
  if (exchange.request.files.length) {
    for (const file of exchange.request.files) {
      const bytes = await source(file, inSandbox(sandbox, `/files/${file.sha256}`), sandbox, signal);
      options.push(`-F ${fieldOf(exchange)}=@<(${bytes})${shell(`;filename="${file.name.replace(/["\\]/g, "\\$&")}"`)}`);
    }
    options.push(...Object.entries(formFields(exchange)).map(([name, value]) => `-F ${shell(`${name}=${value}`)}`));
  } else if (exchange.request.size) {
    const path = inSandbox(sandbox, `/journal/${exchange.number}/request`);
    input = `${await source(exchange.request, path, sandbox, signal)} | `;
    options.push("--data-binary @-");
  }
  const lines = [`${input}curl -i -X ${exchange.method}`, ...options, shell(server + path)];
  return lines.join(" \\\n  ");
}

/** Return a command that prints a body. */
async function source(part, path, sandbox, signal) {
  if (await isAvailable(part, sandbox, signal)) return `curl -s ${shell(controlUrl(path))}`;
  return `head -c ${part.size} /dev/zero`;
}

/** Return a pytest function; `body` are the bytes of the request's body, or null. */
export function exchangeAsTest(exchange, body, rules) {
  const { fault, status } = exchange;
  const rule = rules.get(exchange.rules[0]);
  const steps = [];
  if (rule) steps.push(`"""${rule.sentence.replaceAll("\\", "\\\\").replaceAll('"""', "'''")}"""`);
  if (fault) steps.push(`emulator.faults.arm(${quoted(fault)}, vendor=${quoted(exchange.vendor)})`);
  steps.push(`with emulator.${exchange.vendor}.client() as http:`);
  const call = requestCall(exchange, body);
  if (status) {
    steps.push(...indented([`response = ${call[0]}`, ...call.slice(1)]));
    steps.push("", `assert response.status_code == ${status}`);
    if (rule) steps.push(`assert response.headers["Emulator-Rule"] == ${quoted(exchange.rules.join(", "))}`);
  } else {
    steps.push("    with pytest.raises(httpx.TransportError):", ...indented(indented(call)));
  }
  return [
    ...(status ? [] : ["import httpx", "import pytest"]),
    "from emulator.testing import Sandbox",
    "",
    "",
    `def test_${testName(exchange)}(emulator: Sandbox) -> None:`,
    ...indented(steps),
    "",
  ].join("\n");
}

function requestCall(exchange, body) {
  const { method, request, vendor } = exchange;
  const isFixtures = ([name, value]) => CLIENTS.has(name) || (name === "accept" && value === "*/*");
  const headers = Object.fromEntries(headersToSend(exchange).filter((header) => !isFixtures(header)));
  const options = [quoted(method), pathForClient(exchange)];
  if (request.files.length) {
    const parts = request.files.map(({ name, size }) => `(${quoted(fieldOf(exchange))}, (${quoted(name)}, bytes(${size})))`);
    options.push(`files=[${parts.join(", ")}]`);
    if (vendor === "vrplatform") options.push(`data=${dictionary(formFields(exchange), "    ")}`);
  } else if (request.size) {
    options.push(`content=${bytesLiteral(body, request.size)}`);
  }
  if (Object.keys(headers).length) options.push(`headers=${dictionary(headers, "    ")}`);
  return ["http.request(", ...options.flatMap((option) => indented(`${option},`.split("\n"))), ")"];
}

function indented(lines) {
  return lines.map((line) => (line ? `    ${line}` : line));
}

function testName(exchange) {
  const { fault, method, operation, rules, status, vendor } = exchange;
  const subject = rules[0] ?? operation ?? `${method} ${vendor}`;
  const outcome = fault ?? (rules.length ? "is refused" : `answers ${status}`);
  const words = `${subject} ${outcome}`.replaceAll(/([a-z])([A-Z])/g, "$1_$2");
  return words.replaceAll(/[^A-Za-z0-9]+/g, "_").toLowerCase();
}

/** Return a Python expression for the path, relative to the base URL of the fixture's client. */
function pathForClient(exchange) {
  const path = pathBelowServer(exchange).replace(/^sandbox\/[^/]+\//, "");
  const { base } = VENDORS[exchange.vendor];
  if (path.startsWith(`${base}/`)) return quoted(path.slice(base.length));
  return `emulator.${exchange.vendor}.base_url.removesuffix(${quoted(`/${base}`)}) + ${quoted(`/${path}`)}`;
}

/** Return a Python bytes literal, or as many zeros for what is too long, or no longer there. */
function bytesLiteral(data, size) {
  if (!data || data.length > LONGEST_LITERAL) return `bytes(${size})`;
  const escapes = { 9: "\\t", 10: "\\n", 13: "\\r", 34: '\\"', 92: "\\\\" };
  const characters = [...data].map((byte) => {
    const isPlain = byte >= 32 && byte < 127;
    return escapes[byte] ?? (isPlain ? String.fromCharCode(byte) : `\\x${byte.toString(16).padStart(2, "0")}`);
  });
  return `b"${characters.join("")}"`;
}

/** Return the request's headers, with credentials that the vendor accepts in place of redacted ones. */
function headersToSend(exchange) {
  const vendor = VENDORS[exchange.vendor];
  const usual = vendor.upload({ ...vendor.first, owner: "" }, "", keyOf(exchange.vendor)).headers;
  const credentials = new Map(Object.entries(usual).map(([name, value]) => [name.toLowerCase(), value]));
  const isForm = exchange.request.files.length > 0;
  return exchange.request.headers
    .filter(([name]) => !AUTOMATIC.has(name) && !name.startsWith("sec-") && !(isForm && name === "content-type"))
    .map(([name, value]) => [name, value === "[redacted]" ? (credentials.get(name) ?? value) : value]);
}

function hostOf(exchange) {
  return exchange.request.headers.find(([name]) => name === "host")?.[1] ?? "";
}

/** Return the name of the form's part that held the file, which the journal does not record. */
function fieldOf(exchange) {
  return VENDORS[exchange.vendor].upload(VENDORS[exchange.vendor].first, "", "").field ?? "file";
}

function formFields(exchange) {
  return VENDORS[exchange.vendor].upload(VENDORS[exchange.vendor].first, "", "").fields ?? {};
}

/** Return an exchange's path and query below the server's URL, without a slash before it. */
function pathBelowServer(exchange) {
  const prefix = new URL(server).pathname;
  return exchange.target.startsWith(prefix) ? exchange.target.slice(prefix.length) : exchange.target.slice(1);
}
