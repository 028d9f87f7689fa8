import { readFileSync } from "node:fs";
import { XeroClient } from "xero-node";

const xero = new XeroClient({
  clientId: "any",
  clientSecret: "any",
  redirectUris: ["http://localhost:3000/callback"],
  scopes: ["openid", "offline_access", "accounting.transactions", "accounting.attachments"],
});

// What a browser does when somebody consents.
const consent = await fetch(await xero.buildConsentUrl(), { redirect: "manual" });
await xero.apiCallback(consent.headers.get("location"));
await xero.refreshToken();
const [{ tenantId }] = await xero.updateTenants(false);

const invoice = { type: "ACCREC", contact: { name: "Tui Traders" }, lineItems: [{ description: "Tea", unitAmount: 5 }] };
const created = await xero.accountingApi.createInvoices(tenantId, { invoices: [invoice] });
const { invoiceID } = created.body.invoices[0];

const content = readFileSync("invoice.pdf");
await xero.accountingApi.createInvoiceAttachmentByFileName(tenantId, invoiceID, "invoice.pdf", content);
const listed = await xero.accountingApi.getInvoiceAttachments(tenantId, invoiceID);
const { fileName } = listed.body.attachments[0];
const back = await xero.accountingApi.getInvoiceAttachmentByFileName(tenantId, invoiceID, fileName, "application/pdf");
if (!content.equals(back.body)) throw new Error("other bytes came back");
console.log(fileName);
