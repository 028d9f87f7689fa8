import { readFileSync } from "node:fs";

const headers = { Authorization: "Bearer anything", "xero-tenant-id": "demo", Accept: "application/json" };
const attachments = "http://127.0.0.1:4600/xero/api.xro/2.0/Invoices/INV-0002/Attachments";

const uploaded = await fetch(`${attachments}/invoice.pdf`, { method: "PUT", headers, body: readFileSync("invoice.pdf") });
if (!uploaded.ok) throw new Error(await uploaded.text());

const listed = await (await fetch(attachments, { headers })).json();
console.log(listed.Attachments.at(-1).FileName);
