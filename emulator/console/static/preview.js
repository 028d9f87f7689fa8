/**
 * Previews of files, decided by their first bytes and never by a name or a type that a client claims. Images and PDFs
 * are shown from a blob whose type is the one found here; nothing else is handed to the browser to interpret.
 */

import { Problem } from "./api.js";
import { bytes, h } from "./dom.js";

/** The largest image or PDF that is shown, and how much of a text, in bytes. */
const LARGEST = 20 * 1024 ** 2;
const LONGEST_TEXT = 64 * 1024;
const HEX_BYTES = 256;
const SIGNATURES = [
  ["image/png", [0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]],
  ["image/jpeg", [0xff, 0xd8, 0xff]],
  ["image/gif", [0x47, 0x49, 0x46, 0x38]],
  ["image/bmp", [0x42, 0x4d]],
  ["application/pdf", [0x25, 0x50, 0x44, 0x46, 0x2d]],
];

/** Return the media type that the first bytes prove, or null. */
function signatureOf(data) {
  const isWebp = ascii(data, 0, 4) === "RIFF" && ascii(data, 8, 12) === "WEBP";
  if (isWebp) return "image/webp";
  return SIGNATURES.find(([, signature]) => signature.every((byte, index) => data[index] === byte))?.[0] ?? null;
}

function ascii(data, start, end) {
  return String.fromCharCode(...data.subarray(start, end));
}

/** Return the bytes as text if that is what they are, else null. */
export function asText(data, isWhole = true) {
  try {
    const text = new TextDecoder("utf-8", { fatal: true }).decode(data, { stream: !isWhole });
    return /[\u0000-\u0008\u000e-\u001a\u001c-\u001f]/.test(text) ? null : text;
  } catch {
    return null;
  }
}

/** Fetch a file's first bytes, or all of them if it can be shown as a whole. Throws Problem. */
async function read(url, signal) {
  const response = await fetch(url, { signal });
  if (!response.ok) {
    const { title, detail } = await response.json().catch(() => ({ title: `Status ${response.status}`, detail: "" }));
    throw new Problem(title, detail, response.status);
  }
  const size = Number(response.headers.get("content-length"));
  const reader = response.body.getReader();
  const chunks = [];
  let length = 0;
  let wanted = LONGEST_TEXT;
  while (length < wanted) {
    const { done, value } = await reader.read();
    if (done) break;
    if (!chunks.length && signatureOf(value) && size <= LARGEST) wanted = LARGEST;
    chunks.push(value);
    length += value.length;
  }
  await reader.cancel();
  return { data: new Uint8Array(await new Blob(chunks).arrayBuffer()), size };
}

/** Return an element that shows a file. Its blobs live until the signal aborts. Throws Problem. */
export async function preview(url, signal) {
  const { data, size } = await read(url, signal);
  if (!data.length) return h("p", { class: "empty" }, "The file is empty.");
  const type = signatureOf(data);
  const isWhole = data.length === size;
  if (type && isWhole) {
    const address = URL.createObjectURL(new Blob([data], { type }));
    signal.addEventListener("abort", () => URL.revokeObjectURL(address));
    if (type !== "application/pdf") return image(address, url, data, size);
    return h("iframe", { src: `${address}#navpanes=0&view=FitH`, title: "Preview of the PDF", class: "pdf" });
  }
  const head = data.subarray(0, LONGEST_TEXT);
  const text = asText(head, isWhole && data.length <= LONGEST_TEXT);
  const rest = size > LONGEST_TEXT ? h("p", { class: "note" }, `The first ${bytes(LONGEST_TEXT)} of ${bytes(size)}.`) : null;
  return text === null ? hex(data, size) : [h("pre", { tabindex: "0", "aria-label": "The file's text" }, text), rest];
}

function image(address, url, data, size) {
  const element = h("img", { src: address, alt: "Preview of the image", class: "picture" });
  // The signature is that of an image, and the rest is not.
  element.addEventListener("error", () => element.replaceWith(...hex(data, size)));
  return element;
}

/** Return the first bytes in hexadecimal and as ASCII. */
function hex(data, size) {
  const lines = [];
  for (let start = 0; start < Math.min(data.length, HEX_BYTES); start += 16) {
    const row = [...data.subarray(start, Math.min(start + 16, HEX_BYTES))];
    const digits = row.map((byte) => byte.toString(16).padStart(2, "0")).join(" ").padEnd(47);
    const letters = row.map((byte) => (byte >= 32 && byte < 127 ? String.fromCharCode(byte) : "·")).join("");
    lines.push(`${start.toString(16).padStart(4, "0")}  ${digits}  ${letters}`);
  }
  const note = size > HEX_BYTES ? h("p", { class: "note" }, `The first ${HEX_BYTES} bytes of ${bytes(size)}.`) : null;
  return [h("pre", { class: "hex", tabindex: "0", "aria-label": "The first bytes" }, lines.join("\n")), note].filter(Boolean);
}
