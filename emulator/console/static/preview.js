/**
 * Previews of files. The server marks as inline what is harmless by its first bytes; of that, images and PDFs are shown
 * from a blob of the type it found, and nothing else is handed to the browser to interpret.
 */

import { bytes, empty, fill, h, visible } from "./dom.js";

/** The largest image or PDF that is shown, and how much of a text, in bytes. */
const LARGEST = 20 * 1024 ** 2;
const LONGEST_TEXT = 64 * 1024;
const HEX_BYTES = 256;

/** Return an element that is filled once its content is loaded, or with the control API's reason why it cannot be. */
export function loading(tag, content) {
  const box = h(tag, {}, "…");
  content.catch((error) => (error.name === "AbortError" ? "…" : h("em", error.message)))
    .then((loaded) => fill(box, loaded));
  return box;
}

/** Return elements that show a file of a sandbox. Its blobs live until the sandbox's signal aborts. Throws Problem. */
export async function preview(path, sandbox, query) {
  const response = await sandbox.open(path, query);
  const size = Number(response.headers.get("content-length"));
  if (!size) return empty("The file is empty.");
  const isHarmless = response.headers.get("content-disposition")?.startsWith("inline");
  const type = response.headers.get("content-type");
  const isText = type.startsWith("text/");
  if (isHarmless && !isText && size <= LARGEST) return picture(await response.blob(), type, size, sandbox.signal);
  const data = await firstBytes(response, LONGEST_TEXT);
  if (!isHarmless || !isText) return hex(data, size);
  const note = size > LONGEST_TEXT && h("p.note", `The first ${bytes(LONGEST_TEXT)} of ${bytes(size)}.`);
  return [text(new TextDecoder().decode(data)), note];
}

export function text(content) {
  return h("pre", { tabindex: "0", "aria-label": "The text" }, visible(content, Infinity));
}

async function firstBytes(response, most) {
  const reader = response.body.getReader();
  let data = new Blob();
  while (data.size < most) {
    const { done, value } = await reader.read();
    if (done) break;
    data = new Blob([data, value]);
  }
  await reader.cancel();
  return new Uint8Array(await data.slice(0, most).arrayBuffer());
}

function picture(blob, type, size, signal) {
  const url = URL.createObjectURL(blob.slice(0, size, type));
  signal.addEventListener("abort", () => URL.revokeObjectURL(url));
  if (type === "application/pdf") {
    return h("iframe", { src: `${url}#navpanes=0&view=FitH`, title: "Preview of the PDF" });
  }
  const image = h("img.picture", { src: url, alt: "Preview of the image" });
  // Only its first bytes are those of an image.
  const fallback = async () => hex(new Uint8Array(await blob.slice(0, HEX_BYTES).arrayBuffer()), size);
  return image.decode().then(() => image, fallback);
}

function hex(data, size) {
  const lines = [];
  for (let start = 0; start < Math.min(data.length, HEX_BYTES); start += 16) {
    const row = [...data.subarray(start, start + 16)];
    const digits = row.map((byte) => byte.toString(16).padStart(2, "0")).join(" ").padEnd(47);
    const letters = row.map((byte) => (byte >= 32 && byte < 127 ? String.fromCharCode(byte) : "·")).join("");
    lines.push(`${start.toString(16).padStart(4, "0")}  ${digits}  ${letters}`);
  }
  return [
    h("pre.hex", { tabindex: "0", "aria-label": "The first bytes" }, lines.join("\n")),
    size > HEX_BYTES && h("p.note", `The first ${HEX_BYTES} bytes of ${bytes(size)}.`),
  ];
}
