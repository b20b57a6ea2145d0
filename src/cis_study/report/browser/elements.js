// Sections that a reader opened stay open from battle to battle.
const opened = new Set(["Reply", "Error", "Sandbox failure"]);

function element(name, text, className) {
  const made = document.createElement(name);
  if (text !== undefined && text !== null) made.textContent = text;
  if (className) made.className = className;
  return made;
}

function table(header, rows) {
  const made = element("table");
  const head = element("thead");
  head.append(element("tr"));
  for (const cell of header) {
    const title = element("th", cell);
    title.scope = "col";
    head.firstChild.append(title);
  }
  const body = element("tbody");
  for (const row of rows) {
    const line = element("tr");
    line.append(...row.map((cell) => (cell instanceof Node ? cell : element("td", cell))));
    body.append(line);
  }
  made.append(head, body);
  return made;
}

function section(name, title, content) {
  const details = element("details");
  details.open = opened.has(name);
  details.addEventListener("toggle", () => (details.open ? opened.add(name) : opened.delete(name)));
  details.append(element("summary", title), content);
  return details;
}

// One column per battle, named where there are two of them.
function columns(pair, made) {
  const content = element("div", null, "columns");
  for (const battle of pair) {
    const column = element("div");
    if (pair.length > 1) column.append(element("h4", labels.get(battle.model)));
    column.append(made(battle));
    content.append(column);
  }
  return content;
}
