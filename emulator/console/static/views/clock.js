/** Clock: the time in the sandbox, moved and frozen. */

import { ask, inSandbox } from "../api.js";
import { badge, fill, h } from "../dom.js";
import { follow } from "../feed.js";
import { schema, schemaForm } from "../form.js";

const STEPS = [["+1 minute", 60], ["+30 minutes", 1800], ["+1 hour", 3600], ["+1 day", 86400], ["+30 days", 2_592_000]];

export async function show({ body, feed, sandbox, signal }) {
  const { now, advance } = (await schema("ClockChange")).properties;
  const time = h("time", {});
  const state = h("span", {});
  const freeze = h("button", { onclick: () => change({ frozen: !clock.frozen }) });
  let clock = null;
  let ahead = 0;

  async function change(request) {
    take(await ask("PATCH", inSandbox(sandbox, "/clock"), { body: request }));
  }

  function take(answer) {
    clock = answer;
    ahead = Date.parse(clock.now) - Date.now();
    fill(state, clock.frozen ? badge("frozen", "s3") : badge("running", "s2"));
    freeze.textContent = clock.frozen ? "Resume" : "Freeze";
    tick();
  }

  function tick() {
    const shown = clock.frozen ? clock.now : new Date(Date.now() + ahead).toISOString();
    time.textContent = `${shown.slice(0, 10)} ${shown.slice(11, 19)} UTC`;
  }

  const load = async () => take(await ask("GET", inSandbox(sandbox, "/clock"), { signal }));
  await load();
  fill(body,
    h("section", { class: "card" },
      h("p", { class: "clock-face" }, time, " ", state),
      h("p", { class: "note" }, "Tokens, signed URLs and rate windows follow this clock."),
      h("div", { class: "bar" },
        STEPS.map(([label, advance]) =>
          h("button", { class: "quiet", onclick: () => change({ advance }) }, label)),
        freeze)),
    h("div", { class: "columns" },
      schemaForm({ title: "Advance", button: "Advance", members: { advance }, required: ["advance"], act: change }),
      schemaForm({ title: "Set", button: "Set", members: { now }, required: ["now"], act: change,
        inputs: { now: { value: clock.now.slice(0, 19) } } })));
  follow(feed, load, signal);
  const timers = [setInterval(tick, 250), setInterval(() => load().catch(() => {}), 5000)];
  signal.addEventListener("abort", () => timers.forEach(clearInterval));
}
