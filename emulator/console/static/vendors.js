/** What the page knows of the vendors: base URLs, credentials, and how a file goes up through their own APIs. */

import { ask, inSandbox, server } from "./api.js";
import { h } from "./dom.js";
import { DEFAULT_SANDBOX } from "./route.js";

const TENANT = "5eed0000-0000-4000-8000-000000000001";
const COMPANY = "5eed0000-0000-4000-8000-00000000c001";
const CONNECTION = "5eed0000-0000-4000-8000-00000000d001";

/**
 * Every vendor's `first` is the document that the first request attaches a file to. `upload(document, name, key,
 * documents)` describes the request that attaches a file: the file is the body, or the part `field` of a form.
 */
export const VENDORS = {
  xero: {
    title: "Xero",
    base: "xero/api.xro/2.0",
    key: "emulator",
    keyName: "Bearer token",
    states: ["expired", "revoked", "limited", "disconnected"],
    first: { owner: TENANT, kind: "Invoices", id: "INV-0001" },
    upload: ({ owner, kind, id }, name, key) => ({
      method: "PUT",
      path: `/${kind}/${id}/Attachments/${encodeURIComponent(name)}`,
      headers: { Authorization: `Bearer ${key}`, "xero-tenant-id": owner, Accept: "application/json" },
    }),
  },
  codat: {
    title: "Codat",
    base: "codat",
    key: "demo-key",
    keyName: "API key",
    states: ["revoked", "deauthorised"],
    takes: ["invoices", "bills", "directCosts", "directIncomes", "billCreditNotes", "transfers"],
    first: { owner: CONNECTION, company: COMPANY, kind: "invoices", id: "inv-1" },
    upload: ({ owner, company, kind, id }, name, key, documents = []) => {
      const companyId = company ?? documents.find((other) => other.id === owner)?.owner;
      const record = `${kind}/${encodeURIComponent(id)}/${kind === "bills" ? "attachments" : "attachment"}`;
      return {
        method: "POST",
        path: `/companies/${companyId}/connections/${owner}/push/${record}`,
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
    first: { kind: "invoices", id: "1001" },
    // What an organisation has appears with the first request of its key.
    read: (key) => ({ method: "GET", path: "/invoices/", headers: { "X-API-KEY": key } }),
    upload: ({ kind, id }, name, key) => ({
      method: "POST",
      path: `/${kind}/${id}/attachments/`,
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
    first: { owner: "team_123" },
    upload: ({ owner }, name, key) => ({
      method: "POST",
      path: "/transaction-attachments",
      headers: { "x-api-key": key, "x-team-id": owner },
      field: "file",
      fields: { isOwnerAccessible: "true" },
    }),
    attach: ({ owner, id }, key, attachmentIds) => ({
      method: "PUT",
      path: `/transactions/${id}`,
      headers: { "x-api-key": key, "x-team-id": owner, "Content-Type": "application/json" },
      body: JSON.stringify({ attachmentIds }),
    }),
  },
};

export const titleOf = (vendor) => VENDORS[vendor]?.title ?? vendor;

export const vendorMark = (vendor) => h("span", { class: `vendor ${vendor}` }, titleOf(vendor));

export function baseUrl(vendor, sandbox) {
  const mount = sandbox === DEFAULT_SANDBOX ? "" : `sandbox/${encodeURIComponent(sandbox)}/`;
  return server + mount + VENDORS[vendor].base;
}

/** Return the credential that the page sends to a vendor: the seed data's unless the user has typed another. */
export function keyOf(vendor) {
  return sessionStorage.getItem(`key-${vendor}`) || VENDORS[vendor].key;
}

export function rememberKey(vendor, key) {
  sessionStorage.setItem(`key-${vendor}`, key);
}

export function firstUpload(vendor, name) {
  return VENDORS[vendor].upload(VENDORS[vendor].first, name, keyOf(vendor));
}

export function request(sandbox, vendor, { method, path, headers, body, field, fields = {} }, file) {
  let content = body ?? file;
  if (file && field) {
    content = new FormData();
    for (const [name, value] of Object.entries(fields)) content.append(name, value);
    content.append(field, file, file.name);
  }
  const url = baseUrl(vendor, sandbox) + path;
  return fetch(url, { method, headers, body: content, credentials: "omit", cache: "no-store" });
}

/**
 * Attach a file to a document through the vendor's own API. Returns the last response, which may be a refusal. Throws
 * TypeError where the connection broke, as some faults do.
 */
export async function attach(sandbox, document, file, documents) {
  const { vendor } = document;
  const key = keyOf(vendor);
  const uploaded = await request(sandbox, vendor, VENDORS[vendor].upload(document, file.name, key, documents), file);
  if (!VENDORS[vendor].attach || !uploaded.ok) return uploaded;
  const { id } = await uploaded.json();
  const { files } = await ask("GET", inSandbox(sandbox, "/files"), { query: { vendor, staged: "false" } });
  const present = files.filter((other) => other.documents.includes(`transactions/${document.id}`));
  return request(sandbox, vendor, VENDORS[vendor].attach(document, key, [...present.map((other) => other.id), id]));
}
