"use strict";

// Everything shown here was written by models. It reaches the page through textContent only.
const byId = (id) => document.getElementById(id);
const data = JSON.parse(byId("data").textContent);
const battles = data.battles;
const labels = new Map([...data.models, ...data.tasks].map((item) => [item.id, item.label]));
const byKey = new Map(battles.map((battle) => [keyOf(battle), battle]));
const chunks = new Map();

function keyOf(battle) {
  return `${battle.model}/${battle.task}/${battle.replicate}`;
}

function shown(score) {
  return score === null ? "missing" : score.toFixed(2);
}

function signed(difference) {
  if (difference === null) return "";
  const size = Math.abs(difference).toFixed(2);
  if (Number(size) === 0) return size;
  return `${difference < 0 ? "−" : "+"}${size}`;
}

// Unpacked when first shown: so the list stands before all that models wrote has been read.
async function unpack(number) {
  const bytes = Uint8Array.from(atob(byId(`chunk-${number}`).textContent), (char) => char.charCodeAt(0));
  const stream = new Blob([bytes]).stream().pipeThrough(new DecompressionStream("gzip"));
  return JSON.parse(await new Response(stream).text());
}

async function detailsOf(battle) {
  if (!chunks.has(battle.chunk)) chunks.set(battle.chunk, unpack(battle.chunk));
  const chunk = await chunks.get(battle.chunk);
  const details = chunk.battles[battle.place];
  return { ...battle, ...details, prompt: chunk.prompts[details.prompt] };
}

// The battle of the contestant beside: same task, same replicate, hence the same wording and seed.
function besides(battle) {
  return battle.model === state.beside ? undefined : byKey.get(keyOf({ ...battle, model: state.beside }));
}
