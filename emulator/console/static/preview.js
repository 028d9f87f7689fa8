/**
 * Previews of files. The server decides by their first bytes what is harmless, and marks it as inline; images and PDFs
 * are shown from a blob of the type it found, and nothing else is handed to the browser to interpret.
 */

import { send } from "./api.js";
import { bytes, empty, fill, h } from "./dom.js";

/** The largest image or PDF that is shown, and how much of a text, in bytes. */
const LARGEST = 20 * 1024 ** 2;
const LONGEST_TEXT = 64 * 1024;
const HEX_BYTES = 256;

/** Return a box that is filled once its content is loaded, or with the control API's reason why it cannot be. */
export function loading(content) {
  const box = h("div", {}, "…");
  content.then((loaded) => fill(box, loaded)).catch((error) => {
    if (error.name !== "AbortError") fill(box, empty(error.message));
  });
  return box;
}

/** Return elements that show a file. Its blobs live until the signal aborts. Throws Problem. */
export async function preview(path, signal, query) {
  const response = await send("GET", path, { query, signal });
  const size = Number(response.headers.get("content-length"));
  if (!size) return empty("The file is empty.");
  const isHarmless = response.headers.get("content-disposition")?.startsWith("inline");
  const type = response.headers.get("content-type");
  const isText = type.startsWith("text/");
  if (isHarmless && !isText && size <= LARGEST) return picture(await response.blob(), type, size, signal);
  const data = await firstBytes(response, LONGEST_TEXT);
  if (!isHarmless || !isText) return hex(data, size);
  const note = size > LONGEST_TEXT && h("p", { class: "note" }, `The first ${bytes(LONGEST_TEXT)} of ${bytes(size)}.`);
  return [text(new TextDecoder().decode(data)), note];
}

export function text(content) {
  return h("pre", { tabindex: "0", "aria-label": "The text" }, content);
}

async function firstBytes(response, most) {
  const reader = response.body.getReader();
  const chunks = [];
  for (let length = 0; length < most; length += chunks.at(-1).length) {
    const { done, value } = await reader.read();
    if (done) break;
    chunks.push(value);
  }
  await reader.cancel();
  return new Uint8Array(await new Blob(chunks).slice(0, most).arrayBuffer());
}

function picture(blob, type, size, signal) {
  const url = URL.createObjectURL(blob.slice(0, size, type));
  signal.addEventListener("abort", () => URL.revokeObjectURL(url));
  if (type === "application/pdf") {
    return h("iframe", { src: `${url}#navpanes=0&view=FitH`, title: "Preview of the PDF" });
  }
  const image = h("img", { src: url, alt: "Preview of the image", class: "picture" });
  image.addEventListener("error", async () => {
    // Its first bytes are those of an image, and the rest is not.
    const data = await blob.slice(0, HEX_BYTES).arrayBuffer();
    image.replaceWith(h("div", {}, hex(new Uint8Array(data), size)));
  });
  return image;
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
    h("pre", { class: "hex", tabindex: "0", "aria-label": "The first bytes" }, lines.join("\n")),
    size > HEX_BYTES && h("p", { class: "note" }, `The first ${HEX_BYTES} bytes of ${bytes(size)}.`),
  ];
}
