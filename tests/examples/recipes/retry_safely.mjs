// Uploads a file once, however often it has to be sent.
import { randomUUID } from "node:crypto";

const codat = "http://127.0.0.1:4600/codat";
const headers = { Authorization: "Basic YW55dGhpbmc=" };
const connection = "companies/5eed0000-0000-4000-8000-00000000c001/connections/5eed0000-0000-4000-8000-00000000d001";

// Every attempt carries the same key.
async function uploadSafely(url, body, tries = 3) {
  const request = { method: "POST", headers: { ...headers, "Idempotency-Key": randomUUID() }, body };
  for (let left = tries - 1; ; left--) {
    try {
      const answer = await fetch(url, request);
      return { ok: answer.ok, status: answer.status, text: await answer.text() };
    } catch (error) {
      // There was no answer, or not all of it.
      if (left === 0) throw error;
    }
  }
}

const form = new FormData();
form.append("file", new Blob(["%PDF-1.7 a receipt"], { type: "application/pdf" }), "receipt.pdf");
const answer = await uploadSafely(`${codat}/${connection}/push/invoices/inv-2/attachment`, form);
if (!answer.ok) throw new Error(`${answer.status} ${answer.text}`);
console.log("uploaded receipt.pdf");
