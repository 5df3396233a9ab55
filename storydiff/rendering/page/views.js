// Part 4: one view at a time, and links that lead to places in other views.

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
  const fact = rows[/^#fact-(\d+)$/.exec(location.hash)?.[1]];
  if (fact) draw(fact);
  const target = byId(location.hash.slice(1)) ?? views[0];
  if (target.id === "main") return;
  const view = target.closest(".view") ?? views[0];
  show(view);
  for (const row of document.querySelectorAll("tr.target")) row.classList.remove("target");
  if (atAnchor.has(target.id)) toStatement(atAnchor.get(target.id), atAnchor.get(partner));
  else if (target.classList.contains("pane")) toArticle(Number(target.id.slice(8)));
  else if (fact) toFact(fact);
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
    preset({});
    pinned = row;
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
