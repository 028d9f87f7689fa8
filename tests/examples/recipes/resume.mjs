// Uploads the files of a batch that have not arrived yet. Run it again after a failure.
// The argument is `codat`, which it is without one, `dualentry` or `xero`.
import { createHash } from "node:crypto";

const emulator = "http://127.0.0.1:4600";
const connection = "companies/5eed0000-0000-4000-8000-00000000c001/connections/5eed0000-0000-4000-8000-00000000d001";
const sha256 = (data) => createHash("sha256").update(data).digest("hex");

async function request(url, options) {
  const answer = await fetch(url, options);
  if (!answer.ok) throw new Error(`${answer.status} ${await answer.text()}`);
  return Buffer.from(await answer.arrayBuffer());
}

function form(field, name, data) {
  const body = new FormData();
  body.append(field, new Blob([data]), name);
  return body;
}

// What is at a vendor, with name, size and `read`, and how a file is sent there.
const vendors = {
  codat: {
    headers: { Authorization: "Basic YW55dGhpbmc=" },
    async list(headers) {
      const url = `${emulator}/codat/${connection}/data/invoices/inv-2/attachments`;
      return JSON.parse(await request(url, { headers })).attachments.map(({ id, name, fileSize }) => ({
        name,
        size: fileSize,
        read: () => request(`${url}/${id}/download`, { headers }),
      }));
    },
    send(headers, name, data) {
      const url = `${emulator}/codat/${connection}/push/invoices/inv-2/attachment`;
      return request(url, { method: "POST", headers, body: form("file", name, data) });
    },
  },
  dualentry: {
    headers: { "X-API-KEY": "anything" },
    async list(headers) {
      const record = JSON.parse(await request(`${emulator}/dualentry/public/v2/invoices/1001/`, { headers }));
      return record.attachments.map(({ file_name, file_size, download_url }) => ({
        name: file_name,
        size: file_size,
        // A signed URL on another host: do not send it the key.
        read: () => request(download_url),
      }));
    },
    send(headers, name, data) {
      const url = `${emulator}/dualentry/public/v2/invoices/1001/attachments/`;
      return request(url, { method: "POST", headers, body: form("files", name, data) });
    },
  },
  xero: {
    headers: { Authorization: "Bearer anything", "xero-tenant-id": "demo", Accept: "application/json" },
    async list(headers) {
      const url = `${emulator}/xero/api.xro/2.0/Invoices/INV-0002/Attachments`;
      return JSON.parse(await request(url, { headers })).Attachments.map((attachment) => ({
        name: attachment.FileName,
        size: attachment.ContentLength,
        read: () => request(`${url}/${attachment.AttachmentID}`, { headers }),
      }));
    },
    send(headers, name, data) {
      const url = `${emulator}/xero/api.xro/2.0/Invoices/INV-0002/Attachments/${encodeURIComponent(name)}`;
      return request(url, { method: "PUT", headers, body: data });
    },
  },
};

// Returns the files that are not there yet with this name and these bytes.
async function missing(files, there) {
  const left = new Map(files);
  for (const { name, size, read } of there) {
    // A file of another size differs; no need to download it.
    if (left.get(name)?.length === size && sha256(await read()) === sha256(left.get(name))) left.delete(name);
  }
  return left;
}

const batch = [1, 2, 3, 4].map((number) => [`receipt-${number}.pdf`, Buffer.from(`%PDF-1.7 receipt ${number}`)]);
const vendor = vendors[process.argv[2] ?? "codat"];
for (const [name, data] of await missing(batch, await vendor.list(vendor.headers))) {
  await vendor.send(vendor.headers, name, data);
  console.log("uploaded", name);
}
