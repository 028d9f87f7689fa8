// Attaches files to a Xero document, which holds ten: those that have no room go into a zip archive.
import { crc32 } from "node:zlib";

const xero = "http://127.0.0.1:4600/xero/api.xro/2.0";
const headers = { Authorization: "Bearer anything", "xero-tenant-id": "demo", Accept: "application/json" };

// Numbers of so many bytes, the lowest byte first.
function pack(size, ...numbers) {
  const bytes = Buffer.alloc(size * numbers.length);
  numbers.forEach((number, index) => bytes.writeUIntLE(number, index * size, size));
  return bytes;
}

// A zip archive of [name, data] pairs. They are not compressed.
function zip(files) {
  const entries = [];
  const directory = [];
  let offset = 0;
  for (const [name, data] of files) {
    const path = Buffer.from(name);
    // Version 2.0, a name in UTF-8, not compressed, the first of January 1980; checksum and sizes; length of the name.
    const facts = [pack(2, 20, 0x800, 0, 0, 0x21), pack(4, crc32(data), data.length, data.length), pack(2, path.length, 0)];
    const entry = Buffer.concat([Buffer.from("PK\x03\x04"), ...facts, path, data]);
    entries.push(entry);
    directory.push(Buffer.from("PK\x01\x02"), pack(2, 20), ...facts, pack(2, 0, 0, 0), pack(4, 0, offset), path);
    offset += entry.length;
  }
  const size = Buffer.concat(directory).length;
  const end = [Buffer.from("PK\x05\x06"), pack(2, 0, 0, files.length, files.length), pack(4, size, offset), pack(2, 0)];
  return Buffer.concat([...entries, ...directory, ...end]);
}

// The files as at most `room` (one or more); a zip archive of this name holds the excess.
function merged(files, room, name) {
  if (files.length <= room) return files;
  return [...files.slice(0, room - 1), [name, zip(files.slice(room - 1))]];
}

async function request(url, options) {
  const answer = await fetch(url, { headers, ...options });
  if (!answer.ok) throw new Error(`${answer.status} ${await answer.text()}`);
  return answer.json();
}

// Attaches [name, data] pairs to a document, `Invoices/…`. Throws, before sending anything, if it is full.
async function attach(document, files, most = 10) {
  const url = `${xero}/${document}/Attachments`;
  const there = new Set((await request(url)).Attachments.map((attachment) => attachment.FileName));
  const overwriting = files.filter(([name]) => there.has(name));
  const added = files.filter(([name]) => !there.has(name));
  if (added.length && there.size >= most) throw new Error(`${document} has ${there.size} attachments, and no room for more`);
  const taken = new Set([...there, ...files.map(([name]) => name)]);
  let number = 1;
  while (taken.has(`more-${number}.zip`)) number++;
  for (const [name, data] of [...overwriting, ...merged(added, most - there.size, `more-${number}.zip`)]) {
    await request(`${url}/${encodeURIComponent(name)}`, { method: "PUT", body: data });
    console.log("uploaded", name);
  }
}

const numbers = Array.from({ length: 14 }, (_, index) => index + 1);
await attach(
  "Invoices/INV-0002",
  numbers.map((number) => [`receipt-${number}.pdf`, Buffer.from(`%PDF-1.7 receipt ${number}`)]),
);
