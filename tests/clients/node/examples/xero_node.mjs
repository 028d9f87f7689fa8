import { readFileSync } from "node:fs";
import { createRequire } from "node:module";

const emulator = "http://127.0.0.1:4600/xero";
const identity = "https://identity.xero.com";

// `import` would give other copies of these libraries than those that xero-node uses.
const require = createRequire(import.meta.url);
const { XeroClient } = require("xero-node");
const { Issuer } = createRequire(require.resolve("xero-node"))("openid-client");
const axios = createRequire(require.resolve("xero-node"))("axios");

axios.interceptors.request.use((config) => {
  config.url = config.url.replace(identity, `${emulator}/identity`).replace("https://api.xero.com", emulator);
  return config;
});
const discover = Issuer.discover.bind(Issuer);
Issuer.discover = (url) => discover(url.replace(identity, `${emulator}/identity`));

const xero = new XeroClient({
  clientId: "any",
  clientSecret: "any",
  redirectUris: ["http://localhost:3000/callback"],
  scopes: ["openid", "offline_access", "accounting.attachments"],
});
xero.accountingApi.basePath = `${emulator}/api.xro/2.0`;

const consent = await fetch(await xero.buildConsentUrl(), { redirect: "manual" });
await xero.apiCallback(consent.headers.get("location"));
const [{ tenantId }] = await xero.updateTenants(false);
const { body } = await xero.accountingApi.createInvoiceAttachmentByFileName(
  tenantId, "INV-0002", "invoice.pdf", readFileSync("invoice.pdf"),
);
console.log(body.attachments[0].fileName);
