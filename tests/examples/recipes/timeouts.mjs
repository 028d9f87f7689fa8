// Uploads and downloads a file, and waits for neither longer than allowed.
import { open } from "node:fs/promises";

const xero = "http://127.0.0.1:4600/xero/api.xro/2.0";
const headers = { Authorization: "Bearer anything", "xero-tenant-id": "demo" };
// Milliseconds: the longest pause between bytes, and the whole request.
const pause = 60_000;
const total = 300_000;

async function request(url, options) {
  const answer = await fetch(url, { headers, ...options });
  if (!answer.ok) throw new Error(`${answer.status} ${await answer.text()}`);
  return answer;
}

// Downloads a file. Throws if it takes too long, or if nothing comes for too long.
async function download(url, to) {
  const paused = new AbortController();
  const timer = setTimeout(() => paused.abort(new Error(`nothing came for ${pause} ms`)), pause);
  const file = await open(to, "w");
  try {
    const signal = AbortSignal.any([paused.signal, AbortSignal.timeout(total)]);
    for await (const piece of (await request(url, { signal })).body) {
      timer.refresh();
      await file.write(piece);
    }
  } finally {
    clearTimeout(timer);
    await file.close();
  }
}

const url = `${xero}/Invoices/INV-0002/Attachments/receipt.pdf`;
await request(url, { method: "PUT", body: "%PDF-1.7 a receipt", signal: AbortSignal.timeout(total) });
await download(url, "receipt.pdf");
console.log("downloaded receipt.pdf");
