const scoreOf = (battle) => battle?.scores[state.score] ?? null;
// By what each order sorts, greatest first; battles that lack it come last.
const orders = new Map([
  ["plan", ["as planned", () => 0]],
  ["low", ["lowest first", (battle) => minus(1, scoreOf(battle))]],
  ["high", ["highest first", scoreOf]],
  ["gap", ["CIS furthest above hidden cases first", ({ scores }) => minus(scores.CIS, scores.hidden)]],
  ["apart", ["furthest from the one beside first", (battle) => apart(battle, besides(battle))]],
]);
let found = [];
let current;

function minus(a, b) {
  return a === null || b === null ? null : a - b;
}

function apart(battle, other) {
  const difference = minus(scoreOf(battle), scoreOf(other));
  return difference === null ? null : Math.abs(difference);
}

function fits(battle) {
  return ["model", "task", "status"].every((name) => state[name] === "" || battle[name] === state[name]);
}

// A missing score is not 0: it lies in no range.
function lies(score) {
  if (state.from === "" && state.to === "") return true;
  return score !== null && score >= Number(state.from || 0) && score <= Number(state.to || 1);
}

function refresh() {
  const fitting = battles.filter(fits);
  const rank = (battle) => orders.get(state.order)[1](battle) ?? -2;
  found = fitting.filter((battle) => lies(scoreOf(battle))).sort((a, b) => rank(b) - rank(a));
  const missing = fitting.filter((battle) => scoreOf(battle) === null).length;
  const note = missing && found.length < fitting.length ? `; ${missing} without this score` : "";
  byId("count").textContent = `${found.length} of ${battles.length} battles${note}`;
  byId("list").replaceChildren(...found.map(option));
  choose(byKey.get(state.battle) ?? found[0]);
}

function option(battle) {
  const made = element("div");
  made.id = keyOf(battle);
  made.setAttribute("role", "option");
  const name = `${labels.get(battle.model)}, ${labels.get(battle.task)} ${battle.replicate}`;
  made.append(element("span", name), element("span", shown(scoreOf(battle)), "number"));
  return made;
}

function choose(battle) {
  const list = byId("list");
  list.querySelector("[aria-selected]")?.removeAttribute("aria-selected");
  list.removeAttribute("aria-activedescendant");
  current = battle;
  const chosen = battle && byId(keyOf(battle));
  if (chosen) {
    chosen.setAttribute("aria-selected", "true");
    list.setAttribute("aria-activedescendant", chosen.id);
    // Not scrollIntoView: it would move the page as well.
    const above = chosen.offsetTop - list.scrollTop;
    if (above < 0 || above + chosen.offsetHeight > list.clientHeight) {
      list.scrollTop = chosen.offsetTop - list.clientHeight / 2;
    }
  }
  show(battle);
}

function link(battle) {
  state.battle = keyOf(battle);
  choose(battle);
  writeLink();
}

function step(by) {
  const next = found[Math.min(Math.max(found.indexOf(current) + by, 0), found.length - 1)];
  if (next) link(next);
}

function filter(name, value) {
  state[name] = value;
  const chosen = byKey.get(state.battle);
  if (chosen && !(fits(chosen) && lies(scoreOf(chosen)))) state.battle = "";
  refresh();
  writeLink();
}
