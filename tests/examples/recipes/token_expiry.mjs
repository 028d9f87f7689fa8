// Uploads files, and refreshes the access token when it has expired. The tokens are in token.json.
import { readFileSync, renameSync, writeFileSync } from "node:fs";

const xero = "http://127.0.0.1:4600/xero/api.xro/2.0";
const identity = "http://127.0.0.1:4600/xero/identity/connect/token";
const client = "demo-client:demo-secret";

let token = JSON.parse(readFileSync("token.json"));

// A refresh token works only once, so the new ones are saved first.
async function refresh() {
  const answer = await fetch(identity, {
    method: "POST",
    headers: { Authorization: `Basic ${btoa(client)}` },
    body: new URLSearchParams({ grant_type: "refresh_token", refresh_token: token.refresh_token }),
  });
  if (!answer.ok) throw new Error(`${answer.status} ${await answer.text()}`);
  token = await answer.json();
  // To a new file first: nothing is lost if the machine stops meanwhile.
  writeFileSync("token.new", JSON.stringify(token));
  renameSync("token.new", "token.json");
}

// Sends a request. If its token is refused, refreshes it and sends the request once more.
async function request(path, options) {
  const send = () => {
    const headers = { Authorization: `Bearer ${token.access_token}`, "xero-tenant-id": "demo" };
    return fetch(xero + path, { ...options, headers });
  };
  let answer = await send();
  if (answer.status === 401) {
    await refresh();
    answer = await send();
  }
  if (!answer.ok) throw new Error(`${answer.status} ${await answer.text()}`);
  return answer;
}

for (const name of ["a.pdf", "b.pdf", "c.pdf"]) {
  await request(`/Invoices/INV-0002/Attachments/${name}`, { method: "PUT", body: "%PDF-1.7 a receipt" });
  console.log("uploaded", name);
}
