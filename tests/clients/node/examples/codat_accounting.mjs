import { openAsBlob } from "node:fs";
import { CodatAccounting } from "@codat/accounting";

const authHeader = "Basic " + Buffer.from("anything").toString("base64");
const codat = new CodatAccounting({ security: { authHeader }, serverURL: "http://127.0.0.1:4600/codat" });
const invoice = {
  companyId: "5eed0000-0000-4000-8000-00000000c001",
  connectionId: "5eed0000-0000-4000-8000-00000000d001",
  invoiceId: "inv-2",
};

// Version 0.37.0 leaves the file out of the form that it makes, so hand it one in the options of the request.
const data = new FormData();
data.append("file", await openAsBlob("invoice.pdf", { type: "application/pdf" }), "invoice.pdf");
const uploaded = await codat.invoices.uploadAttachment(invoice, undefined, { data });
if (uploaded.statusCode !== 200) throw new Error(Buffer.from(uploaded.rawResponse.data).toString());

const listed = await codat.invoices.listAttachments(invoice);
if (listed.statusCode !== 200) throw new Error(listed.errorMessage?.error);
console.log(listed.attachmentsDataset.attachments.at(-1).name);
