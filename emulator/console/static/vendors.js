/** What the page knows of the vendors: base URLs, credentials, and how a file goes up through their own APIs. */

import { ask, inSandbox, server } from "./api.js";
import { DEFAULT_SANDBOX } from "./route.js";

const TENANT = "5eed0000-0000-4000-8000-000000000001";
const COMPANY = "5eed0000-0000-4000-8000-00000000c001";
const CONNECTION = "5eed0000-0000-4000-8000-00000000d001";

/**
 * Every vendor's `first` is the document that the first request attaches a file to, and `kinds` are those that a
 * document can be created of. `upload(document, name, key, documents)` describes the request that attaches a file: the
 * file is the body, or the part `field` of a form.
 */
export const VENDORS = {
  xero: {
    title: "Xero",
    base: "xero/api.xro/2.0",
    key: "emulator",
    keyName: "Bearer token",
    states: ["expired", "revoked", "limited", "disconnected"],
    kinds: [
      "Invoices", "Accounts", "BankTransactions", "BankTransfers", "Contacts", "CreditNotes", "ManualJournals",
      "PurchaseOrders", "Quotes", "Receipts", "RepeatingInvoices",
    ],
    first: { owner: TENANT, kind: "Invoices", id: "INV-0001" },
    upload: (document, name, key) => ({
      method: "PUT",
      path: `xero/api.xro/2.0/${document.kind}/${document.id}/Attachments/${encodeURIComponent(name)}`,
      headers: { Authorization: `Bearer ${key}`, "xero-tenant-id": document.owner, Accept: "application/json" },
    }),
  },
  codat: {
    title: "Codat",
    base: "codat",
    key: "demo-key",
    keyName: "API key",
    states: ["revoked", "deauthorised"],
    kinds: [
      "invoices", "bills", "directCosts", "directIncomes", "billCreditNotes", "transfers", "customers", "suppliers",
      "purchaseOrders", "companies",
    ],
    takes: ["invoices", "bills", "directCosts", "directIncomes", "billCreditNotes", "transfers"],
    first: { owner: CONNECTION, company: COMPANY, kind: "invoices", id: "inv-1" },
    upload: (document, name, key, documents = []) => {
      const company = document.company ?? documents.find((other) => other.id === document.owner)?.owner;
      const last = document.kind === "bills" ? "attachments" : "attachment";
      const record = `${document.kind}/${encodeURIComponent(document.id)}`;
      return {
        method: "POST",
        path: `codat/companies/${company}/connections/${document.owner}/push/${record}/${last}`,
        headers: { Authorization: `Basic ${btoa(key)}` },
        field: "file",
      };
    },
  },
  dualentry: {
    title: "DualEntry",
    base: "dualentry/public/v2",
    key: "org_live_demo_secret",
    keyName: "API key",
    states: ["revoked"],
    kinds: [
      "invoices", "bills", "journal-entries", "sales-orders", "purchase-orders", "customer-prepayments",
      "customer-deposits", "customer-refunds", "cash-sales", "vendor-refunds", "direct-expenses",
    ],
    ownsByKey: true,
    first: { kind: "invoices", id: "1001" },
    upload: (document, name, key) => ({
      method: "POST",
      path: `dualentry/public/v2/${document.kind}/${document.id}/attachments/`,
      headers: { "X-API-KEY": key },
      field: "files",
    }),
  },
  vrplatform: {
    title: "VRPlatform",
    base: "vrplatform",
    key: "vrp_demo",
    keyName: "API key",
    states: ["inactive", "revoked", "limited"],
    kinds: ["expense", "deposit", "transfer", "payout"],
    first: { owner: "team_123" },
    upload: (document, name, key) => ({
      method: "POST",
      path: "vrplatform/transaction-attachments",
      headers: { "x-api-key": key, "x-team-id": document.owner },
      field: "file",
      fields: { isOwnerAccessible: "true" },
    }),
    attach: (document, key, attachmentIds) => ({
      method: "PUT",
      path: `vrplatform/transactions/${document.id}`,
      headers: { "x-api-key": key, "x-team-id": document.owner, "Content-Type": "application/json" },
      body: JSON.stringify({ attachmentIds }),
    }),
  },
};

/** Return a vendor's title, also that of one which this page does not know. */
export function titleOf(vendor) {
  return VENDORS[vendor]?.title ?? vendor;
}

/** Return the URL of the vendors' mounts for a sandbox; ends in a slash. */
export function mountsOf(sandbox) {
  return sandbox === DEFAULT_SANDBOX ? server : `${server}sandbox/${encodeURIComponent(sandbox)}/`;
}

/** Return the credential that the page sends to a vendor: the seed data's unless the user has typed another. */
export function keyOf(vendor) {
  return sessionStorage.getItem(`key-${vendor}`) || VENDORS[vendor].key;
}

export function rememberKey(vendor, key) {
  sessionStorage.setItem(`key-${vendor}`, key);
}

/** Return the vendor's first request as a description, with the text of the file that it sends. */
export function firstRequest(vendor, name = "hello.txt") {
  const { title, first, upload } = VENDORS[vendor];
  return { ...upload(first, name, keyOf(vendor)), file: name, type: "text/plain", content: `Hello, ${title}` };
}

/** Send a described request to a vendor, as any client would. Returns the response. */
export function request(sandbox, { method, path, headers, body, field, fields }, file) {
  let content = body ?? file;
  if (file && field) {
    content = new FormData();
    for (const [name, value] of Object.entries(fields ?? {})) content.append(name, value);
    content.append(field, file, file.name);
  }
  return fetch(mountsOf(sandbox) + path, { method, headers, body: content, credentials: "omit", cache: "no-store" });
}

/**
 * Attach a file to a document through the vendor's own API. Returns the last response, which may be a refusal. Throws
 * TypeError where the connection broke, as some faults do.
 */
export async function attach(sandbox, document, file, documents) {
  const vendor = VENDORS[document.vendor];
  const key = keyOf(document.vendor);
  const uploaded = await request(sandbox, vendor.upload(document, file.name, key, documents), file);
  if (!vendor.attach || !uploaded.ok) return uploaded;
  const { id } = await uploaded.json();
  const query = { vendor: document.vendor, staged: "false" };
  const { files } = await ask("GET", inSandbox(sandbox, "/files"), { query });
  const present = files.filter((other) => other.documents.includes(`transactions/${document.id}`));
  return request(sandbox, vendor.attach(document, key, [...present.map((other) => other.id), id]));
}
