// Waits as long as Retry-After says, and sends the request again.
import { setTimeout as sleep } from "node:timers/promises";

const xero = "http://127.0.0.1:4600/xero/api.xro/2.0";
const headers = { Authorization: "Bearer anything", "xero-tenant-id": "demo" };

// Sends a request, again after each 429 or 503, until `most` seconds of waiting. Returns the last response.
async function patiently(send, most = 300) {
  for (let waited = 0; ; ) {
    const answer = await send();
    if (![429, 503].includes(answer.status)) return answer;
    const seconds = Math.max(1, parseInt(answer.headers.get("Retry-After")) || 1);
    waited += seconds;
    if (waited > most) return answer;
    await answer.text();
    await sleep(seconds * 1000);
  }
}

const url = `${xero}/Invoices/INV-0002/Attachments/receipt.pdf`;
const answer = await patiently(() => fetch(url, { method: "PUT", headers, body: "%PDF-1.7 a receipt" }));
if (!answer.ok) throw new Error(`${answer.status} ${await answer.text()}`);
console.log("uploaded receipt.pdf");
