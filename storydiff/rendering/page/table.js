// Part 3: the table of facts, its filters, and the evidence of a fact.

// ── The table and its filters ─────────────────────────────────────────────
const body = byId("matrix").tBodies[0];
const rows = data.rows.map((row, k) => {
  const told = new Set(row.s.map(([i]) => reportOf[i]));
  for (const [r] of row.p) told.add(r);
  return { ...row, k: new Set(row.k), tr: byId(`fact-${k}`), told, missed: missing(row, told), at: k, text: null };
});
// Of a large table only the first rows are written in the page; the others are drawn when
// they are wanted, as the page has them.
function draw(row) {
  if (row.tr) return;
  const [i, ...spans] = row.s[0];
  const meta = make("span", { className: "meta" }, row.i,
    ...[...row.k].map((k) => make("span", { className: `kind ${data.kinds[k]}` }, data.kinds[k])),
    row.n > 1 ? percent(row.c) : "",
    row.f & 2 ? make("span", { className: "flag conflicting" }, "≠ conflict") : row.f ? make("span", { className: "flag" }, "differs") : "");
  const head = make("th", { scope: "row" }, make("span", { className: "words", dir: "auto" }, ...runsOf(i, { hit: spans })), meta);
  const origins = row.o !== row.n ? make("span", { className: "quiet" }, `${row.o} ${row.o === 1 ? "origin" : "origins"}`) : "";
  row.tr = make("tr", { id: `fact-${row.at}`, className: "later" }, head, make("td", { className: "figure" }, String(row.n), origins), ...cellsOf(row));
  equip(row);
  body.append(row.tr);
}
function cellsOf(row) {
  const cell = (state, i) => make("td", state === "not_found" ? {} : { className: state },
    i === undefined ? data.states[state] : make("a", { href: `#${data.anchors[i]}` }, data.states[state]));
  const cells = data.labels.map(() => null);
  for (const [r] of row.u) cells[r] = cell("unknowable");
  for (const [r, i] of row.p) cells[r] = cell("partly", i);
  for (const [i] of row.s) cells[reportOf[i]] ??= cell("told", i);
  return cells.map((found) => found ?? cell("not_found"));
}
// The reports in which a fact was not found are those that neither tell it nor are unknowable.
function missing(row, told) {
  const unknown = new Set(row.u.map(([r]) => r));
  return data.labels.map((_, r) => r).filter((r) => !told.has(r) && !unknown.has(r));
}
const control = (name) => byId(`filter-${name}`);
const searchable = (text) => text.toLocaleLowerCase("en").normalize("NFKD").replace(/\p{M}/gu, "");
let limit = PAGE;
let pinned = null; // a row that a link led to: shown however far down it stands

function wanted() {
  const [kind, outlet, state] = [control("kind").value, control("outlet").value, control("state").value];
  const report = Number(outlet);
  const terms = searchable(control("words").value).split(/\s+/).filter(Boolean);
  const support = Number(control("support").value) || 1;
  return (row) => {
    if (row.n < support) return false;
    if (kind !== "" && !row.k.has(Number(kind))) return false;
    if (control("differ").checked && !row.f) return false;
    if (control("conflict").checked && !(row.f & 2)) return false;
    if (outlet !== "") {
      if (state === "not_found" ? !row.missed.includes(report) : !row.told.has(report)) return false;
      if (state === "alone" && row.told.size !== 1) return false;
    }
    if (!terms.length) return true;
    row.text ??= searchable(row.s.map(([i]) => textOf(i)).join(" "));
    return terms.every((term) => row.text.includes(term));
  };
}
function filter() {
  const keep = wanted();
  let found = 0;
  let drawn = false;
  for (const row of ordered) {
    const shown = keep(row) && (++found <= limit || row === pinned);
    if (!row.tr) {
      if (!shown) continue;
      draw(row);
      drawn = true;
    }
    if (row.tr.classList.contains("later") === shown) row.tr.classList.toggle("later", !shown);
    if (!shown) close(row);
  }
  if (drawn) place();
  const shown = Math.min(found, limit);
  byId("filter-status").textContent = `${found} of ${rows.length} facts${shown < found ? `, the first ${shown} shown` : ""}`;
  byId("more").hidden = shown >= found;
}
let ordered = rows;
function order() {
  const by = { told: (x) => x.at, weight: (x) => -x.w, support: (x) => -x.n }[control("order").value];
  ordered = [...rows].sort((x, y) => by(x) - by(y) || x.at - y.at);
  place();
}
function place() {
  body.append(...ordered.flatMap((row) => [row.tr, row.detail].filter(Boolean)));
}
function refilter(event) {
  limit = PAGE;
  pinned = null;
  if (event?.target === control("order")) order();
  filter();
}
byId("filters").addEventListener("input", refilter);
byId("filters").addEventListener("submit", (event) => event.preventDefault());
byId("filters").addEventListener("reset", () => setTimeout(() => { order(); refilter(); }));
byId("more-button").addEventListener("click", () => { limit += 2 * PAGE; filter(); });
byId("all-button").addEventListener("click", () => { limit = rows.length; filter(); });

// What each report makes of a fact, opened below its row.
function equip(row) {
  row.button = make("button", { type: "button", className: "expand" }, "evidence");
  row.button.setAttribute("aria-expanded", "false");
  row.tr.querySelector(".meta").append(row.button);
}
for (const row of rows) if (row.tr) equip(row);
byId("matrix").addEventListener("click", (event) => {
  if (!event.target.classList.contains("expand")) return;
  const row = rows[Number(event.target.closest("tr").id.slice(5))];
  if (row.detail) close(row); else open(row);
});
function close(row) {
  if (!row.detail) return;
  row.detail.remove();
  row.detail = null;
  row.button.setAttribute("aria-expanded", "false");
}
const quoted = (...text) => make("q", { className: "words", dir: "auto" }, ...text);
function open(row) {
  const items = row.s.map(([i, ...spans]) => {
    const partly = row.p.find(([r]) => r === reportOf[i]);
    return [reportOf[i], make("li", {}, make("span", { className: `cell ${partly ? "partly" : "told"}` }), ref(i, row.s[0][0] === i ? undefined : row.s[0][0]), partly ? " in part: " : ": ", quoted(...runsOf(i, { hit: spans })),
      partly?.length > 2 ? make("span", { className: "quiet" }, " not told here: ", quoted(cut(partly[2], partly.slice(3)))) : "")];
  });
  const listed = new Set(row.s.map(([i]) => reportOf[i]));
  for (const [r, i] of row.p) if (!listed.has(r)) items.push([r, make("li", {}, make("span", { className: "cell partly" }), ref(i, row.s[0][0]), " in part: ", quoted(textOf(i)))]);
  for (const [k, r] of row.missed.entries()) {
    const near = statementsOf[r][row.x[2 * k]];
    const score = row.x[2 * k + 1];
    items.push([r, make("li", {}, make("span", { className: "cell not_found" }), `Not found in ${data.labels[r]}; `,
      ...(near === undefined ? ["nothing near"] : ["nearest, ", percent(score), ": ", ref(near, row.s[0][0]), " ", quoted(textOf(near))]))]);
  }
  for (const [r, reason] of row.u) items.push([r, make("li", {}, make("span", { className: "cell unknowable" }), `Cannot be known for ${data.labels[r]}: ${data.reasons[reason]}`)]);
  const cell = make("td", { className: "evidence", colSpan: data.labels.length + 2 }, make("ul", {}, ...items.map(([, item]) => item)));
  row.detail = make("tr", { className: "detail" }, cell);
  row.tr.after(row.detail);
  row.button.setAttribute("aria-expanded", "true");
}
