"use strict";

// What contestants wrote reaches the page through textContent only.
const data = JSON.parse(document.getElementById("data").textContent);
const byId = (id) => document.getElementById(id);
const place = `cis-ratings-${data.packet}`;
const names = data.items.map((item) => item.item);
const titles = new Map([...data.rubric.aspects.map((aspect) => [aspect.aspect, aspect.name]), ["approve", "Approval"]]);
const questions = [...titles.keys()];
const form = byId("answers");

let state = { rater: "", ratings: Object.fromEntries(names.map((name) => [name, blank()])) };
let current = 0;

function blank() {
  return { ...Object.fromEntries(questions.map((question) => [question, null])), reasoning: "" };
}

function isAnswer(question, value) {
  if (value === null) return true;
  return question === "approve" ? typeof value === "boolean" : data.rubric.scale.includes(value);
}

// Answers of this packet with every item and question in its place, or an error that says what is wrong.
function checked(given) {
  if (given?.packet !== data.packet) throw new Error("it does not belong to this packet");
  const answered = given.ratings ?? {};
  const unknown = Object.keys(answered).filter((name) => !names.includes(name));
  if (unknown.length) throw new Error(`there is no item ${unknown.join(", ")}`);
  const ratings = {};
  for (const name of names) {
    const answer = answered[name] ?? {};
    const wrong = questions.find((question) => !isAnswer(question, answer[question] ?? null));
    if (wrong) throw new Error(`${name}: ${wrong} cannot be ${JSON.stringify(answer[wrong])}`);
    ratings[name] = Object.fromEntries(questions.map((question) => [question, answer[question] ?? null]));
    ratings[name].reasoning = String(answer.reasoning ?? "");
  }
  return { rater: String(given.rater ?? ""), ratings };
}

function answerOf(input) {
  return input.name === "approve" ? input.value === "true" : data.rubric.scale[Number(input.value)];
}

function asText() {
  return JSON.stringify({ packet: data.packet, study: data.study, ...state }, null, 1) + "\n";
}

function notice(text) {
  byId("notice").textContent = text;
  byId("notice").hidden = false;
}

function save() {
  try {
    localStorage.setItem(place, asText());
  } catch {
    notice("This browser does not keep your answers: save them as a file before you close the page.");
  }
}

function restore() {
  try {
    const kept = localStorage.getItem(place);
    if (kept !== null) state = checked(JSON.parse(kept));
  } catch (error) {
    notice(`Answers that this browser had kept could not be read: ${error.message}.`);
  }
}

function missing(name) {
  return questions.filter((question) => state.ratings[name][question] === null);
}

function isBegun(name) {
  return missing(name).length < questions.length;
}

function standing(name) {
  if (!missing(name).length) return "complete";
  return isBegun(name) ? "begun" : "open";
}

function showProgress() {
  const complete = names.filter((name) => !missing(name).length);
  byId("progress").value = complete.length;
  byId("count").textContent = `${complete.length} of ${names.length} items complete`;
  const begun = names
    .filter((name) => standing(name) === "begun")
    .map((name) => `${name} (${missing(name).map((question) => titles.get(question)).join(", ")})`);
  byId("incomplete").textContent = begun.length ? `Answers are missing in ${begun.join("; ")}.` : "";
  for (const [index, button] of [...byId("items").children].entries()) {
    button.className = standing(names[index]);
    button.setAttribute("aria-label", `${names[index]}, ${standing(names[index])}`);
    if (index === current) button.setAttribute("aria-current", "true");
    else button.removeAttribute("aria-current");
  }
  for (const question of questions) byId(`missing-${question}`).hidden = state.ratings[names[current]][question] !== null;
}

function showItem() {
  const item = data.items[current];
  byId("item").textContent = `Item ${item.item}`;
  for (const part of ["task", "source", "tests", "rationale"]) {
    byId(part).textContent = item[part] ?? "The submission lacks this part.";
    byId(part).classList.toggle("absent", item[part] === null);
  }
  const answers = state.ratings[item.item];
  for (const input of form.querySelectorAll("input")) input.checked = answerOf(input) === answers[input.name];
  form.elements.reasoning.value = answers.reasoning;
  byId("previous").disabled = current === 0;
  byId("next").disabled = current === names.length - 1;
  showProgress();
}

function go(index) {
  current = index;
  showItem();
  byId("item").focus({ preventScroll: true });
  byId("item").scrollIntoView();
  form.scrollTop = 0;
}

function showAll() {
  byId("rater").value = state.rater;
  showItem();
}

function exportFile() {
  if (!byId("rater").value || !byId("rater").checkValidity()) {
    byId("status").textContent = "Not saved: your rater id is missing, or has other characters than it may have.";
    byId("rater").focus();
    return;
  }
  const link = document.createElement("a");
  link.href = URL.createObjectURL(new Blob([asText()], { type: "application/json" }));
  link.download = `ratings-${data.study}-${state.rater}.json`;
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 60000);
  const lacking = names.filter((name) => missing(name).length);
  byId("status").textContent = lacking.length
    ? `Saved as ${link.download}. These items lack answers and will count as missing: ${lacking.join(", ")}.`
    : `Saved as ${link.download}, with every item complete.`;
}

async function importFile(event) {
  const [file] = event.target.files;
  if (!file) return;
  try {
    const given = checked(JSON.parse(await file.text()));
    if (!names.some(isBegun) || confirm("Replace the answers in this form by those in the file?")) {
      state = given;
      save();
      showAll();
      byId("status").textContent = `Loaded ${file.name}.`;
    }
  } catch (error) {
    byId("status").textContent = `${file.name} was not loaded: ${error.message}.`;
  }
  event.target.value = "";
}

form.addEventListener("input", (event) => {
  const input = event.target;
  state.ratings[names[current]][input.name] = input.name === "reasoning" ? input.value : answerOf(input);
  save();
  showProgress();
});
form.addEventListener("submit", (event) => event.preventDefault());
byId("rater").addEventListener("input", () => {
  state.rater = byId("rater").value;
  save();
});
byId("previous").addEventListener("click", () => go(current - 1));
byId("next").addEventListener("click", () => go(current + 1));
byId("clear").addEventListener("click", () => {
  state.ratings[names[current]] = blank();
  save();
  showItem();
});
byId("export").addEventListener("click", exportFile);
byId("import").addEventListener("change", importFile);
// The same form in another tab: without this, each would overwrite what the other keeps.
window.addEventListener("storage", (event) => {
  if (event.key !== place) return;
  restore();
  showAll();
});

byId("items").replaceChildren(
  ...names.map((name, index) => {
    const button = document.createElement("button");
    button.type = "button";
    button.textContent = name;
    button.addEventListener("click", () => go(index));
    return button;
  }),
);
restore();
current = Math.max(0, names.findIndex((name) => missing(name).length));
showAll();
