// xero-node, with the hosts that it has no setting for rewritten to the emulator's.
import { createRequire } from "node:module";
import { createRemoteJWKSet, jwtVerify } from "jose";
import { base64, read, run } from "./steps.mjs";

// Of the copies of these libraries that there may be, the ones that xero-node uses.
const require = createRequire(createRequire(import.meta.url).resolve("xero-node"));
const { XeroClient } = require("xero-node");
const axios = require("axios");
const { Issuer } = require("openid-client");

const ISSUER = "https://identity.xero.com";

function pointAt(base) {
  axios.interceptors.request.use((config) => {
    config.url = config.url.replace(ISSUER, `${base}/identity`).replace("https://api.xero.com", base);
    return config;
  });
  const discover = Issuer.discover.bind(Issuer);
  Issuer.discover = (url) => discover(url.replace(ISSUER, `${base}/identity`));
}

function client(base, options) {
  pointAt(base);
  const xero = new XeroClient({ clientId: "app", clientSecret: "secret", ...options });
  xero.accountingApi.basePath = `${base}/api.xro/2.0`;
  return xero;
}

function customConnection(base) {
  return client(base, { grantType: "client_credentials" });
}

/** Verify a token as its receiver does: signature, issuer, audience and time. */
async function verify(base, token, audience) {
  const keys = createRemoteJWKSet(new URL(`${base}/identity/.well-known/openid-configuration/jwks`));
  return (await jwtVerify(token, keys, { issuer: ISSUER, audience, algorithms: ["RS256"] })).payload;
}

async function signedIn({ base }) {
  const xero = customConnection(base);
  await xero.getClientCredentialsToken();
  const [tenant] = await xero.updateTenants(false);
  return { xero, tenantId: tenant.tenantId };
}

async function findOrCreateContact(xero, tenantId, name) {
  const { body } = await xero.accountingApi.getContacts(tenantId, undefined, `Name=="${name}"`);
  if (body.contacts.length) return body.contacts[0];
  return (await xero.accountingApi.createContacts(tenantId, { contacts: [{ name }] })).body.contacts[0];
}

async function createInvoice(xero, tenantId, contactID) {
  const lineItems = [{ description: "Beans", quantity: 2, unitAmount: 12.5 }];
  const invoices = [{ type: "ACCREC", contact: { contactID }, lineItems, date: "2026-02-02" }];
  return (await xero.accountingApi.createInvoices(tenantId, { invoices })).body.invoices[0];
}

await run({
  async useClientCredentials({ base }) {
    const xero = customConnection(base);
    const tokens = await xero.getClientCredentialsToken();
    const tenants = await xero.updateTenants(false);
    const claims = await verify(base, tokens.access_token, `${ISSUER}/resources`);
    const whole = await xero.updateTenants();
    return { tokens, claims, tenants, organisation: whole[0].orgData.name };
  },

  async askForConsent({ base }) {
    const scopes = ["openid", "profile", "email", "offline_access", "accounting.attachments"];
    const redirectUris = ["http://localhost:3000/callback"];
    const xero = client(base, { redirectUris, scopes, state: "a state" });
    const consentUrl = await xero.buildConsentUrl();
    const page = await fetch(consentUrl, { redirect: "manual" });
    // openid-client checks signature, issuer, audience, times and at_hash of the id token.
    const tokens = await xero.apiCallback(page.headers.get("location"));
    const identity = await verify(base, tokens.id_token, "app");
    const access = await verify(base, tokens.access_token, `${ISSUER}/resources`);
    const refreshed = await xero.refreshToken();
    const byHand = await xero.refreshWithRefreshToken("app", "secret", refreshed.refresh_token);
    const [connection] = await xero.updateTenants(false);
    await xero.revokeToken();
    const revoked = await xero.refreshWithRefreshToken("app", "secret", byHand.refresh_token).catch((error) => error.response.data);
    return { consentUrl, claims: tokens.claims(), identity, access, refreshed, byHand, connection, revoked };
  },

  async attach({ base, file, name }) {
    const { xero, tenantId } = await signedIn({ base });
    const contact = await findOrCreateContact(xero, tenantId, "Tui Traders");
    const again = await findOrCreateContact(xero, tenantId, "Tui Traders");
    const { invoiceID } = await createInvoice(xero, tenantId, contact.contactID);
    const api = xero.accountingApi;
    const bytes = await read(file);
    const uploaded = await api.createInvoiceAttachmentByFileName(tenantId, invoiceID, name, bytes, true, undefined, {
      headers: { "Content-Type": "application/pdf" },
    });
    const listed = await api.getInvoiceAttachments(tenantId, invoiceID);
    const { attachmentID } = listed.body.attachments[0];
    const byId = await api.getInvoiceAttachmentById(tenantId, invoiceID, attachmentID, "application/pdf");
    const byName = await api.getInvoiceAttachmentByFileName(tenantId, invoiceID, name, "application/pdf");
    const invoice = (await api.getInvoice(tenantId, invoiceID)).body.invoices[0];
    return {
      contacts: [contact.contactID, again.contactID],
      invoice,
      uploaded: uploaded.body.attachments,
      listed: listed.body.attachments,
      byId: base64(byId.body),
      byName: base64(byName.body),
    };
  },

  // As most examples do, the caller names no media type.
  async attachWithoutMediaType({ base, file, invoice }) {
    const { xero, tenantId } = await signedIn({ base });
    const bytes = await read(file);
    const { body } = await xero.accountingApi.updateInvoiceAttachmentByFileName(tenantId, invoice, "a.pdf", bytes);
    return body.attachments[0];
  },

  async meetRefusals({ base, file, invoice }) {
    const { xero, tenantId } = await signedIn({ base });
    const api = xero.accountingApi;
    const bytes = await read(file);
    // The SDK rejects with a string, in which everything is JSON.
    const reason = (call) => call.then(() => "nothing", (error) => error);
    return {
      upload: await reason(api.createInvoiceAttachmentByFileName(tenantId, invoice, "virus.exe", bytes)),
      download: await reason(api.getInvoiceAttachmentByFileName(tenantId, invoice, "none.pdf", "application/pdf")),
    };
  },
});
