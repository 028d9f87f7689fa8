// Receives webhooks in a test without a package, and sees them repeated without waiting: `node receive_webhooks.mjs`.
import assert from "node:assert/strict";
import { once } from "node:events";
import { createServer } from "node:http";
import test from "node:test";

const codat = "http://127.0.0.1:4600/codat";
const control = "http://127.0.0.1:4600/_emulator/sandboxes/default";
const attachment =
  "companies/5eed0000-0000-4000-8000-00000000c001/connections/5eed0000-0000-4000-8000-00000000d001" +
  "/push/invoices/inv-1/attachment";

async function request(url, options) {
  const answer = await fetch(url, options);
  if (!answer.ok) throw new Error(`${answer.status} ${await answer.text()}`);
  return answer;
}

const ask = (method, path, body) =>
  request(control + path, { method, headers: { "Content-Type": "application/json" }, body: JSON.stringify(body) });

// Registers an endpoint in this process until the end of a test. It gives these answers first, and then 200. Returns
// a function that waits for a webhook by its number.
async function receive(t, vendor, answers) {
  const received = [];
  const server = createServer(async (incoming, response) => {
    const chunks = [];
    for await (const chunk of incoming) chunks.push(chunk);
    const status = answers.shift() ?? 200;
    response.writeHead(status, { "content-length": 0, connection: "close" }).end();
    received.push({ body: Buffer.concat(chunks).toString(), status });
    server.emit("received");
  });
  await once(server.listen(0, "127.0.0.1"), "listening");
  t.after(() => server.close());
  const url = `http://127.0.0.1:${server.address().port}`;
  const { id } = await (await ask("POST", "/webhooks", { vendor, url })).json();
  t.after(() => ask("DELETE", `/webhooks/${id}`));

  const patience = AbortSignal.timeout(30_000);
  return async (number) => {
    while (received.length < number) await once(server, "received", { signal: patience });
    return received[number - 1];
  };
}

test("an attachment is announced until it is accepted", async (t) => {
  const webhook = await receive(t, "codat", [500]);

  const form = new FormData();
  form.append("file", new Blob(["%PDF-1.7"], { type: "application/pdf" }), "receipt.pdf");
  await request(`${codat}/${attachment}`, {
    method: "POST",
    headers: { Authorization: "Basic YW55dGhpbmc=" },
    body: form,
  });

  const first = await webhook(1);
  assert.equal(JSON.parse(first.body).payload.type, "UploadAttachment");

  await ask("PATCH", "/clock", { advance: 5 });
  const second = await webhook(2);
  assert.equal(second.body, first.body);
  assert.deepEqual([first.status, second.status], [500, 200]);
});
