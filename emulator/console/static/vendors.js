/** The vendors: their base URLs, and how a file goes up through their own APIs. */

import { server } from "./api.js";
import { h } from "./dom.js";
import { DEFAULT_SANDBOX } from "./route.js";

/** How the vendors are reached in the sandbox that is shown, by name. */
export let VENDORS = {};

/** Load the vendors of a sandbox. Throws Problem. */
export async function loadVendors(sandbox) {
  const { vendors } = await sandbox.get("/vendors");
  VENDORS = Object.fromEntries(vendors.map((vendor) => [vendor.name, vendor]));
}

export const titleOf = (vendor) => VENDORS[vendor]?.title ?? vendor;

export const vendorMark = (vendor) => h("span", { class: `vendor ${vendor}` }, titleOf(vendor));

/** Return the header that carries the vendor's credential, with the value that the page sends. */
export function credentialOf(vendor) {
  const [name, value] = Object.entries(VENDORS[vendor].upload.headers)[0];
  return { name, value: sessionStorage.getItem(`credential-${vendor}`) || value };
}

export const rememberCredential = (vendor, value) => sessionStorage.setItem(`credential-${vendor}`, value);

function request(sandbox, vendor, method, path, headers, body) {
  const { name, value } = credentialOf(vendor);
  const mount = sandbox.name === DEFAULT_SANDBOX ? "" : `sandbox/${encodeURIComponent(sandbox.name)}/`;
  const sent = { ...headers, [name]: value };
  const url = `${server}${mount}${path.slice(1)}`;
  return fetch(url, { method, headers: sent, body, credentials: "omit", cache: "no-store" });
}

/** Send a file as an upload of the control API describes it. Throws TypeError where the connection broke. */
export function sendFile(sandbox, vendor, upload, file) {
  let body = file;
  if (upload.form_field) {
    body = new FormData();
    for (const [name, value] of Object.entries(upload.form_fields)) body.append(name, value);
    body.append(upload.form_field, file, file.name);
  }
  const path = upload.path.replace("{file_name}", () => encodeURIComponent(file.name));
  return request(sandbox, vendor, upload.method, path, upload.headers, body);
}

/** Attach a file to a document. Returns the last response, which may be a refusal. Throws like `sendFile`. */
export async function attach(sandbox, { vendor, id, upload }, file) {
  const uploaded = await sendFile(sandbox, vendor, upload, file);
  // A file of VRPlatform is only staged by that.
  if (vendor !== "vrplatform" || !uploaded.ok) return uploaded;
  const { id: staged } = await uploaded.json();
  const { files } = await sandbox.get("/files", { vendor, staged: "false" });
  const present = files.filter((other) => other.documents.includes(`transactions/${id}`)).map((other) => other.id);
  const headers = { ...upload.headers, "Content-Type": "application/json" };
  const body = JSON.stringify({ attachmentIds: [...present, staged] });
  return request(sandbox, vendor, "PUT", `/vrplatform/transactions/${id}`, headers, body);
}
