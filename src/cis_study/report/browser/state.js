// What is shown, and the link to it: the fragment of the address names all that differs from these.
const filters = { model: "", task: "", status: "", score: "CIS", from: "", to: "" };
const defaults = { ...filters, order: "plan", beside: "", battle: "" };
const state = { ...defaults };
let waiting;

function isLink() {
  return location.hash.includes("=");
}

function readLink() {
  Object.assign(state, defaults);
  const unknown = [];
  for (const [name, value] of isLink() ? new URLSearchParams(location.hash.slice(1)) : []) {
    if (isKnown(name, value)) state[name] = value;
    else unknown.push(`${name}=${value}`);
  }
  const problem = `The link asks for what this report does not have: ${unknown.join(", ")}`;
  byId("problem").textContent = unknown.length ? problem : "";
}

function isKnown(name, value) {
  if (!Object.hasOwn(defaults, name)) return false;
  if (name === "battle") return byKey.has(value);
  if (name === "from" || name === "to") return value !== "" && Number(value) >= 0 && Number(value) <= 1;
  return [...byId(name).options].some((option) => option.value === value);
}

function writeLink() {
  const changed = Object.entries(state).filter(([name, value]) => value !== defaults[name]);
  const fragment = new URLSearchParams(changed).toString().replaceAll("%2F", "/");
  // Browsers refuse an address that changes a hundred times within seconds, as it does while a key is held down.
  clearTimeout(waiting);
  waiting = setTimeout(() => history.replaceState(null, "", `#${fragment || "battles"}`), 200);
}
