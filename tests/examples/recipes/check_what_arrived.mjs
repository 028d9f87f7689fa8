// Uploads a file and compares what was stored with what was sent.
import { createHash } from "node:crypto";

const xero = "http://127.0.0.1:4600/xero/api.xro/2.0";
const headers = { Authorization: "Bearer anything", "xero-tenant-id": "demo" };
const sha256 = (data) => createHash("sha256").update(data).digest("hex");

// Returns the bytes of the response.
async function request(url, options) {
  const answer = await fetch(url, { headers, ...options });
  if (!answer.ok) throw new Error(`${answer.status} ${await answer.text()}`);
  return Buffer.from(await answer.arrayBuffer());
}

async function uploadChecked(url, data, tries = 2) {
  for (let attempt = 1; attempt <= tries; attempt++) {
    await request(url, { method: "PUT", body: data });
    if (sha256(await request(url)) === sha256(data)) return;
  }
  throw new Error(`The stored bytes differ from those that were sent: ${url}`);
}

await uploadChecked(`${xero}/Invoices/INV-0002/Attachments/receipt.pdf`, Buffer.from("%PDF-1.7 a receipt"));
console.log("uploaded receipt.pdf");
