/** Clock: the time in the sandbox, moved and frozen. */

import { badge, fill, h } from "../dom.js";
import { schema, schemaForm } from "../form.js";

const STEPS = [["+1 minute", 60], ["+30 minutes", 1800], ["+1 hour", 3600], ["+1 day", 86400], ["+30 days", 2_592_000]];

export async function show({ body, sandbox }) {
  const { now, advance } = (await schema("ClockChange")).properties;
  const { now: value } = await sandbox.get("/clock");
  const load = async () => take(await sandbox.get("/clock"));
  const change = async (request) => take(await sandbox.change("PATCH", "/clock", request));
  const time = h("time");
  const state = h("span");
  const freeze = h("button", { onclick: () => change({ frozen: freeze.textContent === "Freeze" }) });
  fill(body,
    h("section.card",
      h("p", time, " ", state),
      h("p.note", "Tokens, signed URLs and rate windows follow this clock."),
      h("div.bar",
        STEPS.map(([label, advance]) => h("button.quiet", { onclick: () => change({ advance }) }, label)),
        freeze)),
    h("div.columns",
      schemaForm({ title: "Advance", button: "Advance", members: { advance }, required: ["advance"], act: change }),
      schemaForm({ title: "Set", button: "Set", members: { now }, required: ["now"], act: change,
        inputs: { now: { value: value.slice(0, 19) } } })));

  function take(clock) {
    time.textContent = `${clock.now.slice(0, 10)} ${clock.now.slice(11, 19)} UTC`;
    fill(state, clock.frozen ? badge("frozen", "s3") : badge("running", "s2"));
    freeze.textContent = clock.frozen ? "Resume" : "Freeze";
  }

  return { load, every: 1000 };
}
