// Codat's SDKs for TypeScript. The one of the accounting API returns where others throw, so a step hands over every
// status that it got.
import accountingSdk from "@codat/accounting";
import platformSdk from "@codat/platform";
import { base64, read, run } from "./steps.mjs";

const { CodatAccounting } = accountingSdk;
const { CodatPlatform } = platformSdk;

// Without this, they would repeat a request that the emulator refuses with 501 for an hour.
const retryConfig = { strategy: "none" };

function accounting({ base, authHeader }) {
  return new CodatAccounting({ security: { authHeader }, serverURL: base, retryConfig });
}

function platform({ base, authHeader }) {
  return new CodatPlatform({ authHeader, serverURL: base, retryConfig });
}

await run({
  async connect({ name, ...input }) {
    const codat = platform(input);
    const { id: companyId } = await codat.companies.create({ name });
    const created = await codat.connections.create({ companyId, requestBody: { platformKey: "gbol" } });
    // The customer opens the link, and consents.
    await fetch(created.linkUrl);
    const { results: connections } = await codat.connections.list({ companyId });
    return { company: await codat.companies.get({ companyId }), created, connections };
  },

  async pushBill({ companyId, connectionId, ...input }) {
    const { bills } = accounting(input);
    const bill = { issueDate: "2026-02-02", dueDate: "2026-03-02", status: "Open", reference: "PO 1" };
    const pushed = await bills.create({ companyId, connectionId, bill });
    const listed = await bills.list({ companyId });
    const operations = await platform(input).pushData.listOperations({ companyId });
    return {
      statuses: [pushed.statusCode, listed.statusCode],
      pushed: pushed.createBillResponse,
      listed: listed.bills.results,
      operations: operations.results,
    };
  },

  async upload({ file, name, ids, ...input }) {
    const requestBody = { content: await read(file), requestBody: name };
    const { statusCode, errorMessage, rawResponse } = await accounting(input).bills.uploadAttachment({
      ...ids,
      requestBody,
    });
    return { statusCode, errorMessage, body: String(rawResponse.data) };
  },

  async download({ ids, ...input }) {
    const { bills } = accounting(input);
    const listed = await bills.listAttachments(ids);
    const attachments = listed.attachmentsDataset.attachments;
    const attachmentId = attachments.at(-1).id;
    const one = await bills.getAttachment({ ...ids, attachmentId });
    const downloaded = await bills.downloadAttachment({ ...ids, attachmentId });
    return {
      statuses: [listed.statusCode, one.statusCode, downloaded.statusCode],
      attachments,
      one: one.attachment,
      bytes: base64(new Uint8Array(downloaded.data)),
    };
  },

  async meetRefusals({ ids, ...input }) {
    const { bills } = accounting(input);
    const missing = await bills.listAttachments({ ...ids, billId: "none" });
    const keyless = await accounting({ ...input, authHeader: "Basic" }).bills.listAttachments(ids);
    const unknown = await platform(input).companies.get({ companyId: "none" }).catch((error) => error);
    return {
      missing: { status: missing.statusCode, error: missing.errorMessage.error },
      keyless: { status: keyless.statusCode, error: keyless.errorMessage.error },
      unknown: { type: unknown.name, status: unknown.statusCode, error: unknown.error },
    };
  },
});
