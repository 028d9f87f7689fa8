import { readFileSync } from "node:fs";
import { XeroClient } from "xero-node";

const xero = new XeroClient({ clientId: "any", clientSecret: "any" });
xero.setTokenSet({ access_token: "anything", token_type: "Bearer" });
xero.accountingApi.basePath = "http://127.0.0.1:4600/xero/api.xro/2.0";

const invoice = "5eed0000-0000-4000-8000-000000000403";
const { body } = await xero.accountingApi.createInvoiceAttachmentByFileName(
  "demo", invoice, "invoice.pdf", readFileSync("invoice.pdf"),
);
console.log(body.attachments[0].fileName);
