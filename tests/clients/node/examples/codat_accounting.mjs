import { openAsBlob } from "node:fs";
import { CodatAccounting } from "@codat/accounting";

const serverURL = "http://127.0.0.1:4600/codat";
const authHeader = "Basic " + Buffer.from("anything").toString("base64");
const codat = new CodatAccounting({ security: { authHeader }, serverURL });
const companyId = "5eed0000-0000-4000-8000-00000000c001";
const connectionId = "5eed0000-0000-4000-8000-00000000d001";

const form = new FormData();
form.append("file", await openAsBlob("invoice.pdf", { type: "application/pdf" }), "invoice.pdf");
const uploaded = await fetch(
  `${serverURL}/companies/${companyId}/connections/${connectionId}/push/invoices/inv-2/attachment`,
  { method: "POST", headers: { Authorization: authHeader }, body: form },
);
if (!uploaded.ok) throw new Error(await uploaded.text());

const listed = await codat.invoices.listAttachments({ companyId, connectionId, invoiceId: "inv-2" });
if (listed.statusCode !== 200) throw new Error(listed.errorMessage?.error);
console.log(listed.attachmentsDataset.attachments.at(-1).name);
