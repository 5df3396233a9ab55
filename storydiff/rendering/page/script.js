"use strict";
// The report's script: views, filters, and statements that light up with their matches.
// Words are read from the page and put back as text nodes; markup is never parsed.
(() => {
  const byId = (id) => document.getElementById(id);
  const data = JSON.parse(byId("data").textContent);
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
  function layersOf(i) {
    const links = linksOf[i].filter((link) => chosen.has(reportOf[link.other]));
    const shared = links.flatMap((link) => link.mine);
    const added = [...links.flatMap((link) => link.added), ...(alone.get(i) ?? [])];
    const clashes = links.flatMap((link) => link.differences.filter((d) => d[1]).flatMap((d) => d[3]));
    const denied = against[i].filter((x) => chosen.has(reportOf[x.other])).flatMap((x) => x.mine);
    return {
      shared,
      added: outside(added, shared, textOf(i).length),
      conflict: [...clashes, ...denied],
      quote: quotes.get(i) ?? [],
    };
  }

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
  const percent = (p) => make("span", { className: "p" }, `p ${(p / 100).toFixed(2)}`);
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

  // ── The table and its filters ─────────────────────────────────────────────
  const body = byId("matrix").tBodies[0];
  const rows = data.rows.map((row, k) => {
    const tr = byId(`fact-${k}`);
    const told = new Set(row.s.map(([i]) => reportOf[i]));
    for (const [r] of row.p) told.add(r);
    return { ...row, k: new Set(row.k), tr, told, missed: missing(row, told), at: k, text: null };
  });
  // The reports in which a fact was not found are those that neither tell it nor are unknowable.
  function missing(row, told) {
    const unknown = new Set(row.u.map(([r]) => r));
    return data.labels.map((_, r) => r).filter((r) => !told.has(r) && !unknown.has(r));
  }
  const control = (name) => byId(`filter-${name}`);
  const searchable = (text) => text.toLocaleLowerCase("en").normalize("NFKD").replace(/\p{M}/gu, "");
  let limit = PAGE;

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
    for (const row of ordered) {
      const shown = keep(row) && ++found <= limit;
      if (row.tr.classList.contains("later") === shown) row.tr.classList.toggle("later", !shown);
      if (!shown) close(row);
    }
    const shown = Math.min(found, limit);
    byId("filter-status").textContent = `${found} of ${rows.length} facts${shown < found ? `, the first ${shown} shown` : ""}`;
    byId("more").hidden = shown >= found;
  }
  let ordered = rows;
  function order() {
    const by = { told: (x) => x.at, weight: (x) => -x.w, support: (x) => -x.n }[control("order").value];
    ordered = [...rows].sort((x, y) => by(x) - by(y) || x.at - y.at);
    body.append(...ordered.flatMap((row) => (row.detail ? [row.tr, row.detail] : [row.tr])));
  }
  function refilter(event) {
    limit = PAGE;
    if (event?.target === control("order")) order();
    filter();
  }
  byId("filters").addEventListener("input", refilter);
  byId("filters").addEventListener("submit", (event) => event.preventDefault());
  byId("filters").addEventListener("reset", () => setTimeout(() => { order(); refilter(); }));
  byId("more-button").addEventListener("click", () => { limit += 2 * PAGE; filter(); });
  byId("all-button").addEventListener("click", () => { limit = rows.length; filter(); });

  // What each report makes of a fact, opened below its row.
  for (const row of rows) {
    const button = make("button", { type: "button", className: "expand" }, "evidence");
    button.setAttribute("aria-expanded", "false");
    row.tr.querySelector(".meta").append(button);
    row.button = button;
  }
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

  // ── Views and links ───────────────────────────────────────────────────────
  const views = [...document.querySelectorAll(".view")];
  const tabs = [...document.querySelectorAll(".top nav a")];
  let started = false;

  function show(view) {
    for (const other of views) other.classList.toggle("shown", other === view);
    for (const tab of tabs) {
      if (tab.hash === `#${view.id}`) tab.setAttribute("aria-current", "page");
      else tab.removeAttribute("aria-current");
    }
  }
  function route(partner) {
    const target = byId(location.hash.slice(1)) ?? views[0];
    if (target.id === "main") return;
    const view = target.closest(".view") ?? views[0];
    show(view);
    for (const row of document.querySelectorAll("tr.target")) row.classList.remove("target");
    if (atAnchor.has(target.id)) toStatement(atAnchor.get(target.id), atAnchor.get(partner));
    else if (target.classList.contains("pane")) toArticle(Number(target.id.slice(8)));
    else if (target.id.startsWith("fact-")) toFact(rows[Number(target.id.slice(5))]);
    else if (started) {
      scrollTo(0, target === view ? 0 : target.getBoundingClientRect().top + scrollY - 72);
      (target === view ? view.querySelector("h1, h2") : target).focus({ preventScroll: true });
    }
    started = true;
  }
  function toStatement(i, other) {
    choose(reportOf[i], other === undefined ? undefined : reportOf[other]);
    light(null);
    held = true;
    light(i);
    byId("panes").scrollIntoView({ block: "nearest" });
    handles[i].focus({ preventScroll: true });
    bringIntoPane(i);
    if (other !== undefined) {
      if (!painted.includes(other)) { nodes[other].classList.add("lit"); painted.push(other); }
      bringIntoPane(other);
    }
  }
  function toArticle(r) {
    choose(r);
    byId(`label-${r}`).focus();
  }
  function toFact(row) {
    if (row.tr.classList.contains("later")) {
      byId("filters").reset();
      control("order").value = "told";
      order();
      limit = Math.max(PAGE, row.at + 1);
      filter();
    }
    if (!row.detail) open(row);
    row.tr.classList.add("target");
    row.tr.scrollIntoView({ block: "center" });
    row.button.focus({ preventScroll: true });
  }
  document.addEventListener("click", (event) => {
    const link = event.target.closest?.("a[href^='#']");
    if (!link || event.ctrlKey || event.metaKey || event.shiftKey || link.classList.contains("skip")) return;
    event.preventDefault();
    if (link.dataset.outlet ?? link.dataset.support) preset(link.dataset);
    if (location.hash !== link.hash) history.pushState(null, "", link.hash);
    route(link.dataset.with);
  });
  // A figure of the overview opens the table with the rows that it counts.
  function preset({ outlet = "", state = "told", support = "1" }) {
    const values = { words: "", kind: "", outlet, state, support, order: support === "1" ? "told" : "weight" };
    for (const [name, value] of Object.entries(values)) control(name).value = value;
    control("differ").checked = control("conflict").checked = false;
    order();
    refilter();
  }
  addEventListener("popstate", () => route());
  addEventListener("hashchange", () => route());

  showArticles();
  order();
  filter();
  route();
})();
