"use strict";

// Everything shown here was written by models. It reaches the page through textContent only.
const data = JSON.parse(document.getElementById("data").textContent);
const battles = data.battles;
const byId = (id) => document.getElementById(id);
const labels = new Map([...data.models, ...data.tasks].map((item) => [item.id, item.label]));
const orders = new Map([
  ["plan", { label: "as planned", compare: () => 0 }],
  ["low", { label: "lowest CIS first", compare: (a, b) => rank(a.scores.CIS) - rank(b.scores.CIS) }],
  ["high", { label: "highest CIS first", compare: (a, b) => rank(b.scores.CIS) - rank(a.scores.CIS) }],
  ["gap", { label: "CIS above hidden cases first", compare: (a, b) => gap(b) - gap(a) }],
]);

function rank(score) {
  return score === null ? -1 : score;
}

function gap(battle) {
  return battle.scores.CIS === null ? -2 : battle.scores.CIS - battle.scores.hidden;
}

function shown(score) {
  return score === null ? "missing" : score.toFixed(2);
}

function keyOf(battle) {
  return `${battle.model}/${battle.task}/${battle.replicate}`;
}

function element(name, text, className) {
  const made = document.createElement(name);
  if (text !== undefined && text !== null) made.textContent = text;
  if (className) made.className = className;
  return made;
}

function options(select, items) {
  for (const [value, label] of items) {
    const option = element("option", label);
    option.value = value;
    select.append(option);
  }
  select.addEventListener("change", list);
}

function table(header, rows) {
  const made = element("table");
  const head = element("tr");
  for (const cell of header) head.append(element("th", cell));
  const thead = element("thead");
  thead.append(head);
  const body = element("tbody");
  for (const row of rows) {
    const line = element("tr");
    for (const cell of row) line.append(element("td", cell));
    body.append(line);
  }
  made.append(thead, body);
  return made;
}

function part(title, content, open) {
  const details = element("details");
  details.open = open;
  details.append(element("summary", title), content);
  return details;
}

function evidenceParts(evidence) {
  const parts = [];
  const passed = evidence.hidden.filter((item) => item.outcome === "passed").length;
  const cases = evidence.hidden.map((item) => [item.id, item.requirement, item.outcome, item.detail]);
  parts.push(part(`Hidden cases: ${passed} of ${cases.length} run passed`, table(["case", "requirement", "outcome", "detail"], cases), false));
  const rules = evidence.constraints.map((item) => [
    item.rule,
    item.kept ? "kept" : "broken",
    [...item.findings.map(([line, what]) => `line ${line}: ${what}`), ...item.observed].join("; "),
  ]);
  parts.push(part("Constraints", table(["rule", "result", "findings"], rules), false));
  const measures = (evidence.structure ?? []).map((item) => [item.name, String(item.value), String(item.reference)]);
  parts.push(part("Structure, worst function", table(["measure", "solution", "reference"], measures), false));
  const suite = evidence.suite;
  if (suite !== null) {
    const runs = suite.mutants.map((item) => [item.id, item.killed ? "detected" : "undetected", item.ended]);
    const title = `Own tests: ${suite.passed ?? "no"} passed, ${suite.failed ?? "none"} failed on the reference, ${suite.sound ? "sound" : "unsound"} (${suite.ended})`;
    parts.push(part(title, table(["mutant", "result", "ended"], runs), false));
  }
  const coverage = evidence.rationale.map((item) => [
    item.requirement,
    item.sentences === null ? "not addressed" : `sentence ${item.sentences.join(", ")}`,
    item.similarity === null ? "no own sentence" : item.similarity.toFixed(4),
    item.holds_terms ? "yes" : "no",
  ]);
  const titles = ["requirement", "addressed in", "similarity of the nearest sentences", "they hold its terms"];
  parts.push(part("Rationale", table(titles, coverage), false));
  const claims = evidence.contradicted.map((item) => [item.claim, item.sentence, item.against]);
  if (claims.length) parts.push(part("False claims", table(["claim", "sentence", "against it"], claims), false));
  return parts;
}

function show(battle) {
  const article = byId("battle");
  article.replaceChildren();
  article.append(element("h3", `${labels.get(battle.model)} on ${labels.get(battle.task)}, replicate ${battle.replicate}`));
  article.append(element("p", `status ${battle.status}, finish reason ${battle.finish_reason ?? "none"}, cut by ${battle.stopped_by ?? "no cap"}, wording ${battle.variant}, seed ${battle.seed}`));
  const rows = ["CIS", "R", "A", "T", "L", "hidden"].map((name) => [
    name === "hidden" ? "hidden cases passed" : name,
    shown(battle.scores[name]),
    battle.reasons[name] ?? "",
  ]);
  article.append(table(["score", "value", "why not more"], rows));
  if (battle.error !== null) article.append(part("Error", element("pre", JSON.stringify(battle.error, null, 1)), true));
  if (battle.evidence.sandbox_failure !== null) article.append(part("Sandbox failure", element("pre", battle.evidence.sandbox_failure), true));
  if (battle.evidence.notes.length) article.append(part("Notes of the parser", element("pre", battle.evidence.notes.join("\n")), true));
  article.append(...evidenceParts(battle.evidence));
  article.append(part("Prompt", element("pre", data.prompts[battle.prompt]), false));
  if (battle.reasoning) article.append(part("Reasoning channel", element("pre", battle.reasoning), false));
  article.append(part("Reply", element("pre", battle.reply ?? "no reply"), true));
  for (const button of byId("list").children) {
    button.setAttribute("aria-selected", String(button.dataset.key === keyOf(battle)));
  }
}

function list() {
  const wanted = ["model", "task", "status"].map((name) => [name, byId(`filter-${name}`).value]);
  const found = battles.filter((battle) => wanted.every(([name, value]) => value === "" || battle[name] === value));
  found.sort(orders.get(byId("order").value).compare);
  byId("count").textContent = `${found.length} of ${battles.length} battles`;
  byId("list").replaceChildren(
    ...found.map((battle) => {
      const button = element("button");
      button.type = "button";
      button.setAttribute("role", "option");
      button.dataset.key = keyOf(battle);
      button.append(
        element("span", `${labels.get(battle.model)}, ${labels.get(battle.task)} ${battle.replicate}`),
        element("span", shown(battle.scores.CIS), "number"),
      );
      button.addEventListener("click", () => {
        show(battle);
        history.replaceState(null, "", `#${keyOf(battle)}`);
      });
      return button;
    }),
  );
  const linked = found.find((battle) => `#${keyOf(battle)}` === decodeURIComponent(location.hash));
  if (linked || found.length) show(linked ?? found[0]);
  else byId("battle").replaceChildren(element("p", "No battle fits these filters."));
}

const statuses = [...new Set(battles.map((battle) => battle.status))].sort();
options(byId("filter-model"), [["", "all"], ...data.models.map((item) => [item.id, item.label])]);
options(byId("filter-task"), [["", "all"], ...data.tasks.map((item) => [item.id, item.label])]);
options(byId("filter-status"), [["", "all"], ...statuses.map((status) => [status, status])]);
options(byId("order"), [...orders].map(([value, order]) => [value, order.label]));
list();
