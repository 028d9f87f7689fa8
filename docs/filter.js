/** A filter for pages with many rules, settings or operations: by words, and by grade where there are grades. */

const GRADES = ["documented", "observed", "inferred"];
const content = document.querySelector(".md-content article");
const items = [
  ...content.querySelectorAll(".entry"),
  ...content.querySelectorAll(".rows tbody tr"),
];

if (items.length) {
  const texts = new Map(items.map((item) => [item, item.textContent.toLowerCase()]));
  const grades = new Map(items.map((item) => [item, gradeOf(item)]));
  const words = input("search", { placeholder: "Filter by words", "aria-label": "Filter by words" });
  const grade = input("select", { "aria-label": "Filter by grade" });
  grade.append(new Option("Every grade", ""), ...GRADES.map((name) => new Option(name, name)));
  grade.hidden = !GRADES.some((name) => [...grades.values()].includes(name));
  const count = document.createElement("output");
  const bar = document.createElement("form");
  bar.className = "filter";
  bar.append(words, grade, count);
  bar.addEventListener("submit", (event) => event.preventDefault());
  bar.addEventListener("input", apply);
  content.querySelector("h1").after(bar);

  const query = new URLSearchParams(location.search);
  words.value = query.get("filter") ?? "";
  grade.value = GRADES.includes(query.get("grade")) ? query.get("grade") : "";
  apply();
  // A link to an entry shows it, whatever the filter says.
  window.addEventListener("hashchange", showTarget);
  showTarget();

  function apply() {
    const wanted = words.value.toLowerCase().split(/\s+/).filter(Boolean);
    let visible = 0;
    for (const item of items) {
      const matches =
        wanted.every((word) => texts.get(item).includes(word)) && (!grade.value || grades.get(item) === grade.value);
      item.hidden = !matches;
      visible += matches;
    }
    count.value = visible === items.length ? `${items.length}` : `${visible} of ${items.length}`;
    const address = new URL(location);
    for (const [name, { value }] of Object.entries({ filter: words, grade })) {
      value ? address.searchParams.set(name, value) : address.searchParams.delete(name);
    }
    history.replaceState(history.state, "", address);
  }

  function showTarget() {
    const target = location.hash && document.getElementById(decodeURIComponent(location.hash.slice(1)));
    const entry = target && target.closest(".entry");
    if (!entry) return;
    entry.hidden = false;
    entry.querySelector("details")?.setAttribute("open", "");
    target.scrollIntoView();
  }
}

function gradeOf(item) {
  const text = (item.querySelector("summary strong") ?? item.cells?.[2])?.textContent ?? "";
  return GRADES.find((name) => text.startsWith(name)) ?? "";
}

function input(kind, attributes) {
  const element = document.createElement(kind === "select" ? "select" : "input");
  if (kind !== "select") element.type = kind;
  for (const [name, value] of Object.entries(attributes)) element.setAttribute(name, value);
  return element;
}
