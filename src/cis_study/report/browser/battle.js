const scoreNames = { CIS: "CIS", R: "R", A: "A", T: "T", L: "L", hidden: "hidden cases passed" };
const partNames = { L: "Logic", A: "Architecture", T: "Tests", R: "Requirements" };
let latest = 0;

async function show(battle) {
  const mine = ++latest;
  const wanted = battle ? [battle, besides(battle)].filter((one) => one) : [];
  let pair;
  try {
    pair = await Promise.all(wanted.map(detailsOf));
  } catch (error) {
    const advice = "Chrome 80, Firefox 113, Safari 16.4 and newer ones can.";
    const text = `This browser cannot unpack the battle (${error.message}). ${advice}`;
    byId("battle").replaceChildren(element("p", text, "notice"));
    return;
  }
  if (mine !== latest) return;
  byId("battles").classList.toggle("wide", pair.length > 1);
  byId("battle").replaceChildren(...(pair.length ? article(pair) : [element("p", "No battle fits these filters.")]));
}

function article(pair) {
  const [first] = pair;
  const heading = element("h3", `${labels.get(first.task)}, replicate ${first.replicate}`);
  const alone = state.beside && pair.length === 1 && first.model !== state.beside;
  const without = alone ? [element("p", `${labels.get(state.beside)} has no battle on this task and replicate.`)] : [];
  return [heading, ...without, overview(pair), ...problems(pair), ...points(pair), ...texts(pair)];
}

function overview(pair) {
  const two = pair.length > 1;
  const rows = Object.entries(scoreNames).map(([name, label]) => {
    const values = pair.map((battle) => battle.scores[name]);
    const last = two ? element("td", signed(minus(...values)), "number") : (pair[0].reasons[name] ?? "");
    return [label, ...values.map((value) => element("td", shown(value), "number")), last];
  });
  const facts = [
    ["status", (battle) => battle.status.replaceAll("_", " ")],
    ["finish reason", (battle) => battle.finish_reason ?? "none"],
    ["cut by", (battle) => battle.stopped_by ?? "no cap"],
    ["wording, seed", (battle) => `${battle.variant}, ${battle.seed}`],
  ];
  for (const [label, fact] of facts) {
    rows.push([label, ...pair.map((battle) => element("td", fact(battle), "number")), ""]);
  }
  return table(["", ...pair.map((battle) => labels.get(battle.model)), two ? "difference" : "why not more"], rows);
}

function problems(pair) {
  return written(pair, [
    ["Error", (battle) => battle.error && JSON.stringify(battle.error, null, 1)],
    ["Sandbox failure", (battle) => battle.sandbox_failure],
    ["Notes of the parser", (battle) => battle.notes.join("\n")],
  ]);
}

function points(pair) {
  return Object.entries(partNames).map(([name, label]) => {
    const parts = new Map(pair.map((battle) => [battle.model, battle.parts.find((part) => part.name === name)]));
    const won = [...parts.values()].map(total).join(" | ");
    return section(name, `${label}: ${won}`, columns(pair, (battle) => pieces(parts.get(battle.model))));
  });
}

function total(part) {
  return part ? `${(part.value * part.share).toFixed(4)} of ${part.share}` : "no score";
}

function pieces(part) {
  if (!part) return element("p", "There is no score, so no points were won or lost.");
  const made = element("div");
  if (part.value === 0 && part.reason) made.append(element("p", part.reason));
  const rows = part.pieces.map((piece) => {
    const evidence = element("td", piece.text);
    for (const detail of piece.details) evidence.append(element("div", detail, "detail"));
    return [pointsCell(piece), evidence];
  });
  made.append(table(["points", "evidence"], rows));
  for (const remark of part.remarks) made.append(element("p", `For information: ${remark}.`));
  return made;
}

function pointsCell({ points, worth }) {
  if (points <= 0) return element("td", `−${(worth || -points).toFixed(4)}`, "lost");
  return element("td", `+${points.toFixed(4)}${points === worth ? "" : ` of ${worth.toFixed(4)}`}`, "won");
}

function texts(pair) {
  // Nearly always the same one.
  const prompts = pair.every((battle) => battle.prompt === pair[0].prompt) ? pair.slice(0, 1) : pair;
  return [
    ...written(prompts, [["Prompt", (battle) => battle.prompt]]),
    ...written(pair, [
      ["Reasoning", (battle) => battle.reasoning],
      ["Reply", (battle) => battle.reply || "no reply"],
      ["Solution as it ran", (battle) => battle.source],
      ["Tests as they ran", (battle) => battle.tests],
    ]),
  ];
}

// Sections of those texts that some battle has.
function written(pair, kinds) {
  return kinds
    .filter(([, text]) => pair.some(text))
    .map(([name, text]) => section(name, name, columns(pair, (battle) => element("pre", text(battle) || "none"))));
}
