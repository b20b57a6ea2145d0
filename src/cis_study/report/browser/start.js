const all = [["", "all"]];
const contestants = data.models.map((item) => [item.id, item.label]);
const statuses = [...new Set(battles.map((battle) => battle.status))].sort();
const choices = {
  model: [...all, ...contestants],
  task: [...all, ...data.tasks.map((item) => [item.id, item.label])],
  status: [...all, ...statuses.map((status) => [status, status.replaceAll("_", " ")])],
  score: Object.entries(scoreNames),
  order: [...orders].map(([value, [label]]) => [value, label]),
  beside: [["", "nobody"], ...contestants],
};
for (const [name, items] of Object.entries(choices)) {
  for (const [value, label] of items) byId(name).append(new Option(label, value));
}
const fields = [...Object.keys(choices), "from", "to"];
for (const name of fields) byId(name).addEventListener("input", (event) => filter(name, event.target.value));
byId("list").addEventListener("click", (event) => {
  const chosen = event.target.closest("[role=option]");
  if (chosen) link(byKey.get(chosen.id));
});
byId("previous").addEventListener("click", () => step(-1));
byId("next").addEventListener("click", () => step(1));

const inList = { ArrowUp: -1, ArrowDown: 1, PageUp: -10, PageDown: 10, Home: -Infinity, End: Infinity };
const anywhere = { k: -1, j: 1 };
byId("battles").addEventListener("keydown", (event) => {
  if (event.ctrlKey || event.metaKey || event.altKey || event.target.matches("select, input")) return;
  const by = event.target === byId("list") ? (inList[event.key] ?? anywhere[event.key]) : anywhere[event.key];
  if (by === undefined) return;
  event.preventDefault();
  step(by);
});

function follow() {
  readLink();
  for (const name of fields) byId(name).value = state[name];
  refresh();
  if (isLink()) byId("battles").scrollIntoView();
}
addEventListener("hashchange", () => isLink() && follow());
follow();
// Figures above may have changed its place.
addEventListener("load", () => isLink() && byId("battles").scrollIntoView());
