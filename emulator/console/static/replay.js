/** An exchange as a curl command that sends its request again, and as a pytest function that asserts its answer. */

import { controlUrl, inSandbox, isAvailable, send, server } from "./api.js";
import { asCurl, indented, pythonCall, quoted, shell } from "./programs.js";
import { DEFAULT_SANDBOX } from "./route.js";
import { VENDORS, firstUpload } from "./vendors.js";

const AUTOMATIC = /^(accept-(encoding|language)|cache-control|connection|content-length|cookie|expect|host|origin|pragma|referer|sec-.*|transfer-encoding|user-agent)$/;
/** Headers that the fixture's client sends by itself. */
const CLIENTS = /^(authorization|x-api-key|xero-tenant-id|x-team-id|x-emulator-sandbox|accept: \*\/\*$)/;
const LONGEST_LITERAL = 200;

/** Return a curl command. Zeros stand for bytes that are not held any more. */
export async function exchangeAsCurl(exchange, sandbox, signal) {
  const path = pathBelowServer(exchange);
  const request = requestOf(exchange);
  const { headers } = request;
  const host = exchange.request.headers.find(([name]) => name === "host");
  if (!/^(sandbox|xero|codat|dualentry|vrplatform)\//.test(path) && host) headers.push(host);
  const namesSandbox = path.startsWith("sandbox/") || headers.some(([name]) => name === "x-emulator-sandbox");
  if (sandbox !== DEFAULT_SANDBOX && !namesSandbox) headers.push(["x-emulator-sandbox", sandbox]);
  for (const part of [...request.files, request.body].filter(Boolean)) {
    const url = controlUrl(inSandbox(sandbox, request.body ? `/journal/${exchange.number}/request` : `/files/${part.sha256}`));
    part.command = (await isAvailable(part, sandbox, signal)) ? `curl -s ${shell(url)}` : `head -c ${part.size} /dev/zero`;
  }
  return asCurl({ ...request, url: server + path });
}

export async function exchangeAsTest(exchange, sandbox, rules, signal) {
  const { fault, status, vendor } = exchange;
  const rule = rules.get(exchange.rules[0]);
  const request = requestOf(exchange);
  request.headers = request.headers.filter(([name, value]) => !CLIENTS.test(`${name}: ${value}`));
  if (request.body) request.body.bytes = await bytesLiteral(exchange, sandbox, signal);
  const steps = [];
  if (rule) steps.push(`"""${rule.sentence.replaceAll("\\", "\\\\").replaceAll('"""', "'''")}"""`);
  if (fault) steps.push(`emulator.faults.arm(${quoted(fault)}, vendor=${quoted(vendor)})`);
  steps.push(`with emulator.${vendor}.client() as http:`);
  const call = pythonCall("http", pathForClient(exchange), request);
  if (status) {
    steps.push(...indented([`response = ${call[0]}`, ...call.slice(1)]), "", `assert response.status_code == ${status}`);
    if (rule) steps.push(`assert response.headers["Emulator-Rule"] == ${quoted(exchange.rules.join(", "))}`);
  } else {
    steps.push("    with pytest.raises(httpx.TransportError):", ...indented(indented(call)));
  }
  const imports = [...(status ? [] : ["import httpx", "import pytest"]), "from emulator.testing import Sandbox"];
  return [...imports, "", "", `def test_${testName(exchange)}(emulator: Sandbox) -> None:`, ...indented(steps), ""].join("\n");
}

function testName({ fault, method, operation, rules, status, vendor }) {
  const subject = rules[0] ?? operation ?? `${method} ${vendor}`;
  const outcome = fault ?? (rules.length ? "is refused" : `answers ${status}`);
  const words = `${subject} ${outcome}`.replaceAll(/([a-z])([A-Z])/g, "$1_$2");
  return words.replaceAll(/[^A-Za-z0-9]+/g, "_").toLowerCase();
}

/** Return what was sent, with credentials that the vendor accepts in place of redacted ones. */
function requestOf({ method, vendor, request }) {
  // The journal does not record the names of a form's parts.
  const usual = firstUpload(vendor, "");
  const credentials = new Map(Object.entries(usual.headers).map(([name, value]) => [name.toLowerCase(), value]));
  const isForm = request.files.length > 0;
  return {
    method,
    headers: request.headers
      .filter(([name]) => !AUTOMATIC.test(name) && !(isForm && name === "content-type"))
      .map(([name, value]) => [name, value === "[redacted]" ? (credentials.get(name) ?? value) : value]),
    fields: isForm ? usual.fields : {},
    files: request.files.map((file) => ({ ...file, field: usual.field ?? "file", bytes: `bytes(${file.size})` })),
    body: isForm || !request.size ? null : { ...request },
  };
}

function pathForClient(exchange) {
  const path = pathBelowServer(exchange).replace(/^sandbox\/[^/]+\//, "");
  const { base } = VENDORS[exchange.vendor];
  if (path.startsWith(`${base}/`)) return quoted(path.slice(base.length));
  return `emulator.${exchange.vendor}.base_url.removesuffix(${quoted(`/${base}`)}) + ${quoted(`/${path}`)}`;
}

/** Return a Python bytes literal, or as many zeros for what is too long, or no longer there. */
async function bytesLiteral({ number, request }, sandbox, signal) {
  if (request.size > LONGEST_LITERAL || !(await isAvailable(request, sandbox, signal))) return `bytes(${request.size})`;
  const response = await send("GET", inSandbox(sandbox, `/journal/${number}/request`), { signal });
  const characters = [...new Uint8Array(await response.arrayBuffer())].map((byte) => {
    const isPlain = byte >= 32 && byte < 127 && byte !== 34 && byte !== 92;
    return isPlain ? String.fromCharCode(byte) : `\\x${byte.toString(16).padStart(2, "0")}`;
  });
  return `b"${characters.join("")}"`;
}

function pathBelowServer({ target }) {
  const prefix = new URL(server).pathname;
  return target.startsWith(prefix) ? target.slice(prefix.length) : target.slice(1);
}
