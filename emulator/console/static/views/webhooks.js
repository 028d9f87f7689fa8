/** Webhooks: the endpoints that receive events, and what was sent to them. */

import { badge, code, confirmButton, copyButton, empty, fill, h, name, refresh, statusBadge, table } from "../dom.js";
import { schema, schemaForm } from "../form.js";
import { say } from "../messages.js";
import { text } from "../preview.js";
import { vendorMark } from "../vendors.js";

const ENDPOINTS = ["Endpoint", "Vendor", "Events", "Secret", "Actions"];
const DELIVERIES = ["Event", "Endpoint", "Attempts", "State", "Actions"];
// How many deliveries are listed.
const MOST = 200;
const KINDS = { delivered: "s2", pending: "s3", failed: "s5", dropped: "s5" };

export async function show({ body, sandbox }) {
  const { properties: { vendor, url }, required } = await schema("WebhookRegistration");
  const endpoints = h("div");
  const deliveries = h("div");
  const register = schemaForm({ title: "Register an endpoint", button: "Register", members: { vendor, url }, required,
    act: (request) => act("POST", "", request) });
  fill(body, endpoints, deliveries, register);

  async function act(method, path, request) {
    await sandbox.change(method, `/webhooks${path}`, request);
    await load();
  }

  async function load() {
    const [{ webhooks }, sent] = await Promise.all(
      [sandbox.get("/webhooks"), sandbox.get("/webhooks/deliveries", { limit: MOST })]);
    refresh(endpoints, webhooks.length ? table("Endpoints", ENDPOINTS, webhooks, endpointCells)
      : empty("No endpoint receives webhooks. Register one here or with the vendor's own API."));
    refresh(deliveries, sent.deliveries.length > 0 && [
      h("h2", sent.deliveries.length < MOST ? "Deliveries" : `The last ${MOST} deliveries`),
      table("Deliveries", DELIVERIES, sent.deliveries.reverse(), deliveryCells)]);
  }

  function endpointCells({ id, vendor, url, event_types: types, status, disabled, secret }) {
    const state = disabled ? "disabled" : status;
    return [[name(url), state !== "ok" && [" ", badge(state, "s4")]], vendorMark(vendor), types.join(", ") || "all",
      copyButton("Copy", () => secret, "Copy the secret"),
      confirmButton("Remove", "Remove it?", () => act("DELETE", `/${id}`))];
  }

  function deliveryCells({ id, vendor, url, event_type: type, body, attempts, state, fault, next_attempt: next }) {
    const tries = attempts.map(({ status, error }) => h("span", { title: error }, statusBadge(status), " "));
    const send = async () => {
      await act("POST", `/deliveries/${id}/send`);
      say("Sent ", code(type), " again.");
    };
    const content = h("details", h("summary", code(type)), text(body));
    return [[vendorMark(vendor), content], name(url), tries,
      [badge(state, KINDS[state]), fault && [" ", code(fault)], next && ` next ${next.slice(0, 19).replace("T", " ")}`],
      h("button.quiet", { onclick: send }, "Send again")];
  }

  return { load, every: 5000 };
}
