/** Clock: the time in the sandbox, moved and frozen. */

import { ask, inSandbox } from "../api.js";
import { badge, fill, h } from "../dom.js";

const STEPS = [["+1 minute", 60], ["+30 minutes", 1800], ["+1 hour", 3600], ["+1 day", 86400], ["+30 days", 2_592_000]];

export async function show({ body, feed, sandbox, signal }) {
  const now = h("time", { class: "now" });
  const state = h("span", {});
  const freeze = h("button", { onclick: () => change({ frozen: !frozen }) });
  const advance = h("input", { type: "number", step: "any", id: "advance", required: true, placeholder: "3600" });
  const moment = h("input", { type: "datetime-local", step: "1", id: "moment", required: true });
  let frozen = false;
  let ahead = 0;
  let stopped = "";

  fill(body,
    h("section", { class: "card" },
      h("p", { class: "clock-face" }, now, " ", state),
      h("p", { class: "note" }, "Tokens, signed URLs and rate windows follow this clock."),
      h("div", { class: "bar" }, STEPS.map(([label, seconds]) => h("button", { class: "quiet", onclick: () => change({ advance: seconds }) }, label)), freeze)),
    h("div", { class: "columns" },
      form("Advance", "Seconds, or back if negative", advance, () => change({ advance: Number(advance.value) })),
      form("Set", "Date and time, in UTC", moment, () => change({ now: `${moment.value}Z` }))));

  async function change(request) {
    take(await ask("PATCH", inSandbox(sandbox, "/clock"), { body: request }));
  }

  function take(clock) {
    frozen = clock.frozen;
    stopped = clock.now;
    ahead = Date.parse(clock.now) - Date.now();
    fill(state, frozen ? badge("frozen", "s3") : badge("running", "s2"));
    freeze.textContent = frozen ? "Resume" : "Freeze";
    tick();
  }

  function tick() {
    const shown = frozen ? stopped : new Date(Date.now() + ahead).toISOString();
    now.dateTime = shown;
    now.textContent = `${shown.slice(0, 10)} ${shown.slice(11, 19)} UTC`;
  }

  const load = async () => take(await ask("GET", inSandbox(sandbox, "/clock"), { signal }));
  await load();
  moment.value = stopped.slice(0, 19);
  feed.addEventListener("cleared", () => load().catch(() => {}), { signal });
  const timers = [setInterval(tick, 250), setInterval(() => load().catch(() => {}), 5000)];
  signal.addEventListener("abort", () => timers.forEach(clearInterval));
}

function form(title, label, input, act) {
  function submit(event) {
    event.preventDefault();
    return act();
  }
  return h("form", { class: "card", onsubmit: submit },
    h("h2", {}, title),
    h("div", { class: "field" }, h("label", { for: input.id }, label), input),
    h("p", {}, h("button", {}, title)));
}
