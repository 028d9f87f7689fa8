// Receives webhooks of Xero, Codat and DualEntry. Each is verified over the bytes that arrived, before they are parsed.
import { createHmac, timingSafeEqual } from "node:crypto";
import { createServer } from "node:http";
import { Webhook } from "svix";

const equal = (one, other) => one.length === other.length && timingSafeEqual(Buffer.from(one), Buffer.from(other));
const hmac = (secret, data, encoding) => createHmac("sha256", secret).update(data).digest(encoding);

const verify = {
  "/xero": (body, headers) => equal(hmac(process.env.XERO_KEY, body, "base64"), headers["x-xero-signature"] ?? ""),
  "/codat": (body, headers) => {
    try {
      new Webhook(process.env.CODAT_SECRET).verify(body, headers);
      return true;
    } catch {
      return false;
    }
  },
  "/dualentry": (body, headers) => {
    const timestamp = headers["dualentry-webhook-request-timestamp"];
    const signature = hmac(process.env.DUALENTRY_SECRET, `${timestamp}.${body}`, "hex");
    const age = Math.abs(Date.now() / 1000 - Number(timestamp));
    return age < 300 && equal(signature, headers["dualentry-webhook-signature-v1"] ?? "");
  },
};

createServer(async (request, response) => {
  const chunks = [];
  for await (const chunk of request) chunks.push(chunk);
  const body = Buffer.concat(chunks).toString();
  const accepted = verify[request.url]?.(body, request.headers) ?? false;
  // Xero wants an answer without a body.
  response.writeHead(accepted ? 200 : 401, { "content-length": 0 }).end();
  console.log(accepted ? "accepted" : "refused", request.url, body.length, "characters");
}).listen(Number(process.env.PORT ?? 3000), "127.0.0.1");
