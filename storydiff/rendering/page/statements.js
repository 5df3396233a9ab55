// The report's script, part 1 of 4: the data, the statements, and the marks on their words.
// Words are read from the page and put back as text nodes; markup is never parsed. The four
// parts are joined into one block, so they share their names and nothing else does.

const byId = (id) => document.getElementById(id);
const data = JSON.parse(await written(byId("data")));
// The data of a large story is packed: deflated, in base64. Unpacking asks nobody for anything.
function written(source) {
  if (!("packed" in source.dataset)) return source.textContent;
  const bytes = Uint8Array.from(atob(source.textContent), (character) => character.charCodeAt(0));
  return new Response(new Blob([bytes]).stream().pipeThrough(new DecompressionStream("deflate"))).text();
}
// How many facts are shown at once: fewer where each has many cells to lay out.
const PAGE = data.labels.length > 20 ? 50 : 100;

function make(tag, properties, ...children) {
  const node = Object.assign(document.createElement(tag), properties);
  node.append(...children.filter((child) => child !== null && child !== ""));
  return node;
}

// ── Statements ────────────────────────────────────────────────────────────
const reportOf = data.anchors.map((anchor) => Number(anchor.slice(1, anchor.indexOf("-"))));
const numberOf = data.anchors.map((anchor) => Number(anchor.slice(anchor.indexOf("-") + 1)));
const atAnchor = new Map(data.anchors.map((anchor, i) => [anchor, i]));
const nodes = data.anchors.map((anchor) => byId(anchor));
const wordsOf = (i) => nodes[i].lastElementChild;
const texts = new Map();
function textOf(i) {
  if (!texts.has(i)) texts.set(i, wordsOf(i).textContent);
  return texts.get(i);
}

// Every link from either side: {other, mine, theirs, added, differences …}.
const linksOf = data.anchors.map(() => []);
for (const [a, b, same, score, unsure, sa, sb, aa, ab, differences, evidence] of data.links) {
  const both = { same, score, unsure, evidence };
  const turned = differences.map(([t, c, p, x, y]) => [t, c, p, y, x]);
  linksOf[a].push({ ...both, other: b, mine: sa, theirs: sb, added: aa, differences });
  linksOf[b].push({ ...both, other: a, mine: sb, theirs: sa, added: ab, differences: turned });
}
const against = data.anchors.map(() => []);
for (const [a, b, score, sa, sb] of data.contradictions) {
  against[a].push({ other: b, score, mine: sa, theirs: sb });
  against[b].push({ other: a, score, mine: sb, theirs: sa });
}
const alone = new Map(data.alone);
const quotes = new Map(data.quotes);

// ── Marks: layers of spans over the text of a statement ───────────────────
const covers = (spans, at) => {
  for (let k = 0; k < spans.length; k += 2) if (spans[k] <= at && at < spans[k + 1]) return true;
  return false;
};
function runsOf(i, layers) {
  const text = textOf(i);
  const names = Object.keys(layers);
  const edges = new Set([0, text.length]);
  for (const name of names) for (const edge of layers[name]) if (edge <= text.length) edges.add(edge);
  const borders = [...edges].sort((x, y) => x - y);
  const runs = [];
  for (let k = 0; k + 1 < borders.length; k++) {
    const [start, end] = [borders[k], borders[k + 1]];
    const marks = names.filter((name) => covers(layers[name], start));
    const begins = marks.filter((name) => start === 0 || !covers(layers[name], start - 1));
    const classes = [...marks, ...begins.map((name) => `start-${name}`)].join(" ");
    const run = text.slice(start, end);
    runs.push(marks.length ? make("span", { className: classes }, run) : run);
  }
  return runs;
}
function paint(i, layers) {
  textOf(i);
  wordsOf(i).replaceChildren(...runsOf(i, layers));
}
function outside(spans, cover, length) {
  const left = [];
  let open = -1;
  for (let at = 0; at <= length; at++) {
    const inside = at < length && covers(spans, at) && !covers(cover, at);
    if (inside && open < 0) open = at;
    if (!inside && open >= 0) { left.push(open, at); open = -1; }
  }
  return left;
}
// Spans without the white space at their ends: a sign stands at a word.
function trimmed(text, spans) {
  const kept = [];
  for (let k = 0; k < spans.length; k += 2) {
    const words = text.slice(spans[k], spans[k + 1]);
    const start = spans[k] + words.length - words.trimStart().length;
    const end = start + words.trim().length;
    if (start < end) kept.push(start, end);
  }
  return kept;
}
function layersOf(i) {
  const links = linksOf[i].filter((link) => chosen.has(reportOf[link.other]));
  const shared = links.flatMap((link) => link.mine);
  const added = [...links.flatMap((link) => link.added), ...(alone.get(i) ?? [])];
  const clashes = links.flatMap((link) => link.differences.filter((d) => d[1]).flatMap((d) => d[3]));
  const denied = against[i].filter((x) => chosen.has(reportOf[x.other])).flatMap((x) => x.mine);
  return {
    shared,
    added: trimmed(textOf(i), outside(added, shared, textOf(i).length)),
    conflict: [...clashes, ...denied],
    quote: quotes.get(i) ?? [],
  };
}
