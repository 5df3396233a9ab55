// Part 2: articles side by side, and a statement that lights up with its matches.

// ── Articles side by side ─────────────────────────────────────────────────
const chosen = new Set(data.first);
const boxes = [...byId("chooser").querySelectorAll("input")];
const paneOf = data.labels.map((_, r) => byId(`article-${r}`));
const statementsOf = data.labels.map(() => []);
reportOf.forEach((r, i) => statementsOf[r].push(i));

function showArticles() {
  boxes.forEach((box, r) => { box.checked = chosen.has(r); });
  paneOf.forEach((pane, r) => pane.classList.toggle("open", chosen.has(r)));
  for (const r of chosen) for (const i of statementsOf[r]) paint(i, layersOf(i));
  const names = [...chosen].sort((x, y) => x - y).map((r) => data.labels[r]);
  byId("chooser-status").textContent = `Showing ${names.join(", ")}`;
}
function choose(report, other) {
  const wanted = other === undefined ? [report] : [report, other];
  if (wanted.every((r) => chosen.has(r))) return;
  const kept = [...chosen].filter((r) => !wanted.includes(r));
  chosen.clear();
  for (const r of [...wanted, ...kept].slice(0, Math.max(2, wanted.length))) chosen.add(r);
  light(null);
  showArticles();
}
byId("chooser").addEventListener("change", (event) => {
  const report = Number(event.target.value);
  if (event.target.checked) chosen.add(report);
  else if (chosen.size > 2) chosen.delete(report);
  else {
    event.target.checked = true;
    byId("chooser-status").textContent = "At least two articles stay open";
    return;
  }
  light(null);
  showArticles();
});

// ── A statement and its matches ───────────────────────────────────────────
let current = null;
let held = false;
let painted = [];
const calm = matchMedia("(prefers-reduced-motion: reduce)");

function bringIntoPane(i) {
  const pane = paneOf[reportOf[i]];
  const [box, frame] = [nodes[i].getBoundingClientRect(), pane.getBoundingClientRect()];
  const head = pane.firstElementChild.offsetHeight;
  if (box.top >= frame.top + head && box.bottom <= frame.bottom) return;
  const top = pane.scrollTop + box.top - frame.top - head - Math.max(8, (frame.height - head - box.height) / 3);
  pane.scrollTo({ top, behavior: calm.matches ? "auto" : "smooth" });
}
function shownLinks(i) {
  return linksOf[i].filter((link) => chosen.has(reportOf[link.other])).sort((x, y) => y.score - x.score);
}
function light(i) {
  if (i === current) return;
  for (const k of painted) {
    nodes[k].classList.remove("lit", "held");
    paint(k, layersOf(k));
  }
  painted = [];
  current = i;
  if (i === null) {
    held = false;
    byId("inspected").replaceChildren();
    byId("inspector-hint").hidden = false;
    return;
  }
  const links = shownLinks(i);
  const clashes = against[i].filter((x) => chosen.has(reportOf[x.other]));
  paint(i, { ...layersOf(i), pair: links.flatMap((link) => link.mine) });
  nodes[i].classList.add("held");
  painted = [i];
  const seen = new Set();
  for (const link of [...links, ...clashes]) {
    if (painted.includes(link.other)) continue;
    paint(link.other, { ...layersOf(link.other), pair: link.theirs });
    nodes[link.other].classList.add("lit");
    painted.push(link.other);
    if (!seen.has(reportOf[link.other])) bringIntoPane(link.other);
    seen.add(reportOf[link.other]);
  }
  inspect(i, links, clashes);
}
const cut = (i, spans) => {
  const found = [];
  for (let k = 0; k < spans.length; k += 2) found.push(textOf(i).slice(spans[k], spans[k + 1]));
  return found.join(" … ");
};
const percent = (p) => make("span", { className: "p", title: "probability, as calibrated" }, `p ${(p / 100).toFixed(2)}`);
function ref(i, other) {
  const node = make("a", { className: "ref", href: `#${data.anchors[i]}` },
    `${data.labels[reportOf[i]]} `, make("span", { className: "number" }, make("span", { className: "sr" }, "statement "), String(numberOf[i])));
  if (other !== undefined) node.dataset.with = data.anchors[other];
  return node;
}
function inspect(i, links, clashes) {
  const items = links.map((link) => make("li", {},
    ref(link.other, i), ` ${link.same ? "tells the same" : "tells a part of it"} `, percent(link.score),
    link.unsure ? " unsure " : "",
    ...link.differences.map(([t, c, p, x, y]) => make("span", { className: c ? "flag conflicting" : "flag" },
      ` ${c ? "≠ " : "· "}${data.types[t]}: “${cut(i, x)}” / “${cut(link.other, y)}” `, percent(p))),
    link.evidence.length ? make("span", { className: "quiet" }, ` because of ${link.evidence.map(([k, v, w]) => `${data.parts[k]} ${v} (${w > 0 ? "+" : ""}${w})`).join(", ")}`) : ""));
  for (const x of clashes) items.push(make("li", {}, ref(x.other, i), make("span", { className: "flag conflicting" }, " ≠ contradicts "), percent(x.score)));
  const elsewhere = linksOf[i].filter((link) => !chosen.has(reportOf[link.other]));
  if (elsewhere.length) {
    const best = new Map();
    for (const link of elsewhere) if (!best.has(reportOf[link.other])) best.set(reportOf[link.other], link.other);
    items.push(make("li", { className: "quiet" }, "In articles not shown: ", ...[...best.values()].slice(0, 8).flatMap((k, n) => [n ? ", " : "", ref(k, i)]), best.size > 8 ? ` and ${best.size - 8} more` : ""));
  }
  const head = make("p", {}, ref(i), links.length ? ` matches ${links.length === 1 ? "one statement" : `${links.length} statements`} here` : " matches nothing in the articles shown", held ? " · held, Escape lets go" : "");
  byId("inspector-hint").hidden = true;
  byId("inspected").replaceChildren(head, make("ul", {}, ...items));
}

const statementAt = (target) => {
  const node = target.closest?.(".panes .s");
  return node ? atAnchor.get(node.id) : undefined;
};
byId("panes").addEventListener("mouseover", (event) => {
  const i = statementAt(event.target);
  if (i !== undefined && !held) light(i);
});
byId("panes").addEventListener("focusin", (event) => {
  const i = statementAt(event.target);
  if (i === undefined) return;
  rove(i);
  if (i !== current) { held = false; light(i); }
});
byId("panes").addEventListener("click", (event) => {
  const i = statementAt(event.target);
  if (i === undefined || event.target.closest("a") || String(getSelection())) return;
  hold(i);
});
function hold(i) {
  const again = held && i === current;
  light(null);
  held = !again;
  light(i);
}

// One stop of the Tab key an article; arrows move inside it and across to matches.
const handles = nodes.map((node) => node.firstElementChild);
const stop = new Map();
function rove(i) {
  const before = stop.get(reportOf[i]);
  if (before !== undefined) handles[before].tabIndex = -1;
  handles[i].tabIndex = 0;
  stop.set(reportOf[i], i);
}
for (const handle of handles) handle.tabIndex = -1;
for (const list of statementsOf) if (list.length) rove(list[0]);
function across(i, step) {
  const open = [...chosen].sort((x, y) => x - y);
  for (let k = open.indexOf(reportOf[i]) + step; k >= 0 && k < open.length; k += step) {
    const link = shownLinks(i).find((x) => reportOf[x.other] === open[k]);
    if (link) return link.other;
  }
  return undefined;
}
byId("panes").addEventListener("keydown", (event) => {
  const i = event.target.classList.contains("n") ? statementAt(event.target) : undefined;
  if (i === undefined) return;
  const list = statementsOf[reportOf[i]];
  const place = list.indexOf(i);
  const next = {
    ArrowDown: () => list[place + 1], ArrowUp: () => list[place - 1],
    Home: () => list[0], End: () => list[list.length - 1],
    ArrowRight: () => across(i, 1), ArrowLeft: () => across(i, -1),
  }[event.key];
  if (next) {
    event.preventDefault();
    const k = next();
    if (k !== undefined) { handles[k].focus({ preventScroll: true }); bringIntoPane(k); }
  } else if (event.key === "Enter" || event.key === " ") {
    event.preventDefault();
    hold(i);
  }
});
document.addEventListener("keydown", (event) => {
  if (event.key === "Escape" && current !== null) light(null);
});
