"""Comparisons made by hand for the page's tests: a full one, a hostile one, a large one."""

import re
from functools import cache
from pathlib import Path

import numpy as np

from storydiff.comparison import Comparison
from storydiff.datatypes import (
    Added,
    AlignedWords,
    Attribution,
    Cell,
    Contradiction,
    Difference,
    Evidence,
    LeftOut,
    Link,
    Nearest,
    Origin,
    Report,
    Row,
    Statement,
)
from storydiff.likelihoods import Likelihoods
from storydiff.pipeline import Bare, Pipeline
from storydiff.reading import read
from tests.fakes import Lines, WordEncoder, WordMatcher

EXAMPLE = Path(__file__).parent.parent / "examples" / "harbour-fire"


def find(report: Report, words: str) -> tuple[int, int]:
    start = report.text.index(words)
    return (start, start + len(words))


class Desk:
    """Marks what stands in reports by naming the words."""

    def __init__(self, comparison: Comparison):
        self.comparison = comparison
        self.reports = {r.outlet: r for r in comparison.reports}

    def statement(self, outlet, words):
        report = self.reports[outlet]
        start, end = find(report, words)
        return next(
            s
            for s in self.comparison.statements
            if s.report == report.id and s.start <= start and end <= s.end
        )

    def within(self, name, words):
        s = self.comparison.statement(name)
        start = s.start + s.text.index(words)
        return (start, start + len(words))

    def end(self, outlet, words):
        return self.statement(outlet, words).id, (find(self.reports[outlet], words),)

    def link(self, a, b, *, score, differences=(), added_a=(), added_b=(), relation="overlap"):
        (name_a, spans_a), (name_b, spans_b) = self.end(*a), self.end(*b)
        ends = [(name_a, spans_a, a[0], added_a), (name_b, spans_b, b[0], added_b)]
        order = [s.id for s in self.comparison.statements]
        turned = order.index(name_a) > order.index(name_b)
        if turned:
            ends.reverse()
        return Link(
            a=ends[0][0],
            b=ends[1][0],
            relation=relation,
            score=score,
            same_score=score / 2,
            spans_a=ends[0][1],
            spans_b=ends[1][1],
            added_a=tuple(find(self.reports[ends[0][2]], w) for w in ends[0][3]),
            added_b=tuple(find(self.reports[ends[1][2]], w) for w in ends[1][3]),
            differences=tuple(
                self.difference(name_a, name_b, *d, turned=turned) for d in differences
            ),
            evidence=(
                Evidence(part="covered words", value=0.71, weight=1.93),
                Evidence(part="numbers", value=1.0, weight=0.4),
                Evidence(part="names", value=0.5, weight=-0.22),
            ),
            words=(AlignedWords(a=ends[0][1][0], b=ends[1][1][0], similarity=0.9),),
        )

    def difference(self, a, b, kind, conflict, words_a, words_b, *, turned=False):
        sides = [
            (self.within(name, words),) if words else ()
            for name, words in ((a, words_a), (b, words_b))
        ]
        if turned:
            sides.reverse()
        return Difference(
            type=kind, conflict=conflict, a=sides[0], b=sides[1], score=0.87, rule=f"{kind} rule"
        )


@cache
def harbour() -> Comparison:
    """Three reports of the packaged example, with every sort of finding."""
    return harbour_of("Lessing Courier", "Coast Radio", "daily-anchor")


@cache
def harbour_of(*outlets: str) -> Comparison:
    reports = [r for r in read([EXAMPLE]).reports if r.outlet in outlets]
    reports.sort(key=lambda r: outlets.index(r.outlet))
    bare = Pipeline(
        annotator=Bare(), encoder=WordEncoder(), matcher=WordMatcher(least=0.8)
    ).compare(reports)
    desk = Desk(bare)
    a, b, c = outlets[:3]
    links = (
        desk.link(
            (a, "Grain warehouse burns in Port Lessing, 12 workers hurt"),
            (b, "Fifteen hurt in blaze at Lessing grain terminal"),
            score=0.83,
            differences=[("number", True, "12", "Fifteen"), ("wording", False, "burns", "blaze")],
        ),
        desk.link(
            (a, "injured 12 workers"),
            (b, "Fifteen workers were injured"),
            score=0.94,
            differences=[("number", True, "12 workers", "Fifteen workers")],
            added_a=["early", "the fire service said"],
            added_b=["before dawn"],
        ),
        desk.link(
            (a, "12 workers"),
            (c, "a dozen workers"),
            score=0.71,
            differences=[("wording", False, "hurt", "paid for it")],
        ),
        desk.link(
            (a, "More than 90 firefighters"),
            (b, "more than 90 firefighters"),
            score=0.96,
            added_a=["from three districts"],
            relation="same",
        ),
        desk.link(
            (a, "More than 90 firefighters"),
            (c, "90 firefighters"),
            score=0.78,
            differences=[
                ("number", False, "More than 90", "90"),
                ("wording", False, "fought", "battled"),
            ],
        ),
        desk.link(
            (a, "We had four minutes to get everybody out"),
            (c, "We had four minutes to get everyone out"),
            score=0.97,
            differences=[
                ("quotation", False, "used all four of them", "needed all of them"),
                ("act", False, "told reporters", "said"),
            ],
        ),
        desk.link(
            (a, "We had four minutes to get everybody out"),
            (b, "her crews had only four minutes to bring everybody to safety"),
            score=0.88,
        ),
        desk.link(
            (a, "Two of the injured were taken to the burns unit in Västvik"),
            (b, "Two workers are being treated in the burns unit in Västvik"),
            score=0.91,
            added_b=["a hospital doctor confirmed"],
            differences=[("attribution", False, "", "a hospital doctor confirmed")],
        ),
        desk.link(
            (a, "fined the terminal 40,000 crowns last autumn"),
            (b, "imposed a fine of 40,000 crowns on the operator"),
            score=0.95,
            relation="same",
        ),
        desk.link(
            (a, "it would pay the wages of all 140 employees"),
            (c, "all 140 employees will be paid"),
            score=0.93,
        ),
        desk.link(
            (a, "denied that safety inspections had been skipped"),
            (c, "claimed that no inspection had ever been skipped"),
            score=0.9,
            differences=[
                ("act", False, "denied", "claimed"),
                ("wording", False, "A spokesman", "smooth spokesman"),
            ],
        ),
        desk.link(
            (a, "it had warned the management about the filters twice this year"),
            (b, "We warned them twice this year about those filters"),
            score=0.89,
        ),
        desk.link(
            (a, "it had warned the management about the filters twice this year"),
            (c, "had warned the bosses twice this year that the dust filters were filthy"),
            score=0.92,
            differences=[("wording", False, "the management", "the bosses")],
        ),
        desk.link(
            (b, "We warned them twice this year about those filters"),
            (c, "had warned the bosses twice this year that the dust filters were filthy"),
            score=0.86,
        ),
        desk.link(
            (a, "Harbour traffic was stopped for six hours"),
            (b, "Ships could not enter or leave the harbour for six hours"),
            score=0.84,
        ),
    )
    order = {s.id: k for k, s in enumerate(bare.statements)}
    links = tuple(sorted(links, key=lambda x: (order[x.a], order[x.b])))
    statements = tuple(_annotated(desk, s) for s in bare.statements)
    return _assembled(bare, statements, links, desk)


QUOTES = (
    (
        "We had four minutes to get everybody out, and we used all four of them",
        "Marta Ekholm",
        "direct",
    ),
    ("her crews had only four minutes to bring everybody to safety", "Marta Ekholm", "indirect"),
    (
        "We had four minutes to get everyone out, and we needed all of them",
        "Marta Ekholm",
        "direct",
    ),
    ("Another minute and we would be counting the dead", "Marta Ekholm", "direct"),
    ("We warned them twice this year about those filters", "Lena Voss", "direct"),
    ("it had warned the management about the filters twice this year", "The union", "indirect"),
)


def _annotated(desk: Desk, s: Statement) -> Statement:
    report = desk.comparison.report(s.report)
    found = [
        Attribution(content=(find(report, words),), mode=mode, speaker=speaker)
        for words, speaker, mode in QUOTES
        if words in s.text
    ]
    kinds = ["quote" if a.mode == "direct" else "reported" for a in found] or ["fact"]
    if any(w in s.text for w in ("disgrace", "inferno waiting")):
        kinds = ["opinion"]
    if "Photo:" in s.text:
        kinds = ["other"]
    return s.model_copy(update={"attributions": tuple(found), "kinds": tuple(kinds)})


def _assembled(bare, statements, links, desk) -> Comparison:
    n = len(statements)
    rng = np.random.default_rng(1)
    p = (rng.random((n, n)) * 0.35).astype(np.float32)
    p = (p + p.T) / 2
    place = {s.id: k for k, s in enumerate(statements)}
    for link in links:
        p[place[link.a], place[link.b]] = p[place[link.b], place[link.a]] = link.score
    pipeline = Pipeline(annotator=Bare(), encoder=WordEncoder(), matcher=WordMatcher())
    near = Likelihoods.of_dense(p)
    rows = pipeline.table.rows(bare.reports, statements, links, probabilities=near)
    outlets = list(desk.reports)
    return bare.model_copy(
        update={
            "statements": statements,
            "links": links,
            "table": rows,
            "added": tuple(
                Added(report=r, row=row.id)
                for row in rows
                if row.support == 1
                for r, cell in row.cells.items()
                if cell.state in ("told", "partly")
            ),
            "left_out": tuple(
                sorted(
                    (
                        LeftOut(
                            report=r,
                            row=row.id,
                            support=row.support,
                            origins=row.origins,
                            weight=row.weight,
                            nearest=cell.nearest,
                        )
                        for row in rows
                        for r, cell in row.cells.items()
                        if cell.state == "not_found"
                    ),
                    key=lambda x: -x.weight,
                )
            ),
            "contradictions": (
                Contradiction(
                    a=desk.statement(outlets[0], "went home the same day").id,
                    b=desk.statement(outlets[1], "counting the dead").id,
                    spans_a=(find(desk.reports[outlets[0]], "went home the same day"),),
                    spans_b=(find(desk.reports[outlets[1]], "counting the dead"),),
                    score=0.31,
                    rule="no clause shared",
                ),
            ),
            "origins": (
                Origin(
                    id="o1",
                    reports=tuple(r.id for r in list(desk.reports.values())[:2]),
                    credit="NordWire",
                    evidence=(
                        (
                            desk.reports[outlets[1]].id,
                            find(desk.reports[outlets[1]], "in the burns unit in Västvik"),
                        ),
                    ),
                ),
            ),
            "notes": ("wording was compared in English only",),
        }
    )


HOSTILE = (
    "<script>document.title = 'owned'</script>",
    "</script><script>document.title = 'owned'</script>",
    "<img src=x onerror=\"document.title='owned'\">",
    "{{ 7 * 7 }} {% raw %} <!-- --> ]]> &lt;b&gt;",
    "He said \u202edekcah\u202c and left\u2028a line.",
    "<a href=\"javascript:document.title='owned'\">click</a>",
    "A lone \ud800 surrogate and \x00 and \x1b[31m stand here.",
    "An astral 🦊 fox is marked after the 🦊 fox.",
)


UNWRITABLE = "[\ud800\x00\x1b\u2028]"


@cache
def hostile() -> Comparison:
    """Two reports whose every field is an attack."""
    reports = [
        Report(
            text="\n".join(HOSTILE),
            outlet=f"<b onmouseover=alert(1)>{name}</b>\"' </script>",
            id=f'x" onfocus=alert(1) {name}',
            title="</title><script>document.title='owned'</script>",
            url=url,
            language='en" onclick="alert(1)',
            published="<i>today</i>",
        )
        for name, url in (("A", "javascript:alert(1)"), ("B", "data:text/html,<script>1</script>"))
    ]
    # The pipeline replaces what cannot be written; a result from elsewhere may still hold it.
    tame = [r.model_copy(update={"text": re.sub(UNWRITABLE, "x", r.text)}) for r in reports]
    pipeline = Pipeline(
        segmenter=Lines(), annotator=Bare(), encoder=WordEncoder(), matcher=WordMatcher()
    )
    made = pipeline.compare(tame)
    statements = tuple(
        s.model_copy(update={"text": reports[0].text[s.start : s.end]}) for s in made.statements
    )
    made = made.model_copy(update={"reports": tuple(reports), "statements": statements})
    links = tuple(
        x.model_copy(
            update={
                "differences": (
                    Difference(
                        type="wording",
                        conflict=True,
                        a=x.spans_a[:1],
                        b=x.spans_b[:1],
                        rule="</script><b>",
                    ),
                ),
                "evidence": (Evidence(part="</script><img src=x>", value=1.0, weight=1.0),),
            }
        )
        for x in made.links
    )
    return made.model_copy(
        update={
            "links": links,
            "notes": ("<script>note</script>",),
            "signature": "</footer><script>sign</script>",
        }
    )


WORDS = re.findall(
    r"\w+",
    """
harbour council minister budget bridge storm school hospital train strike union tax river
factory police court election farmer island museum airport captain doctor engineer teacher
northern coastal sudden public private annual severe quiet disputed early late local first
opened closed rejected approved flooded repaired delayed promised denied visited warned
""",
)


@cache
def large(reports: int = 60, sentences: int = 40, pool: int = 2400, seed: int = 7) -> Comparison:
    """Many long reports: each sentence tells one of a pool of events, a few in every report."""
    rng = np.random.default_rng(seed)
    events = [" ".join(rng.choice(WORDS, size=18)) + f" in case {k}" for k in range(pool)]
    weights = 1 / np.arange(1, len(events) + 1) ** 0.8
    weights /= weights.sum()
    texts, statements, told = [], [], []
    for r in range(reports):
        picks = rng.choice(len(events), size=sentences, replace=False, p=weights)
        position, lines = 0, []
        for i, k in enumerate(picks):
            line = f"{events[k].capitalize()}, said report {r} on day {i}."
            lines.append(line)
            statements.append(
                Statement(
                    id=f"r{r}:{i}",
                    report=f"r{r}",
                    outlet=f"Outlet number {r}",
                    index=i,
                    start=position,
                    end=position + len(line),
                    text=line,
                    paragraph=i // 3,
                    kinds=("quote",) if k % 9 == 0 else ("fact",),
                )
            )
            told.append(int(k))
            position += len(line) + (2 if i % 3 == 2 else 1)
        text = ""
        for i, line in enumerate(lines):
            text += line + ("\n\n" if i % 3 == 2 else " ")
        texts.append(Report(text=text.rstrip(), outlet=f"Outlet number {r}", id=f"r{r}"))
    return _large(texts, statements, told, rng)


def _large(texts, statements, told, rng) -> Comparison:
    groups: dict[int, list[int]] = {}
    for i, k in enumerate(told):
        groups.setdefault(k, []).append(i)
    links, rows = [], []
    for k, members in sorted(groups.items(), key=lambda x: x[1][0]):
        core = {i: (statements[i].start, statements[i].start + 60) for i in members}
        for n, i in enumerate(members):
            for j in members[n + 1 :]:
                links.append(_large_link(statements, core, i, j, rng))
        here = {statements[i].report: statements[i] for i in members}
        cells = {
            t.id: Cell(state="told", statements=(here[t.id].id,))
            if t.id in here
            else Cell(
                state="not_found",
                nearest=Nearest(
                    statement=f"{t.id}:{k % (len(statements) // len(texts))}", score=0.2
                ),
            )
            for t in texts
        }
        rows.append(
            Row(
                id=f"f{len(rows) + 1}",
                statements=tuple(statements[i].id for i in members),
                spans={statements[i].id: (core[i],) for i in members},
                cells=cells,
                kinds=statements[members[0]].kinds,
                support=len(here),
                origins=len(here),
                weight=round(len(here) / len(texts), 4),
                score=0.9,
            )
        )
    left_out = [
        LeftOut(
            report=r,
            row=row.id,
            support=row.support,
            origins=row.origins,
            weight=row.weight,
            nearest=cell.nearest,
        )
        for row in rows
        for r, cell in row.cells.items()
        if cell.state == "not_found"
    ]
    return Comparison(
        signature="made by hand",
        reports=tuple(texts),
        statements=tuple(statements),
        links=tuple(links),
        table=tuple(rows),
        added=tuple(
            Added(report=r, row=row.id)
            for row in rows
            if row.support == 1
            for r, cell in row.cells.items()
            if cell.state == "told"
        ),
        left_out=tuple(sorted(left_out, key=lambda x: -x.weight)),
    )


def _large_link(statements, core, i, j, rng) -> Link:
    differences = ()
    if rng.random() < 0.15:
        differences = (
            Difference(
                type="number",
                conflict=bool(rng.random() < 0.3),
                score=0.8,
                rule="number rule",
                a=((statements[i].end - 6, statements[i].end - 1),),
                b=((statements[j].end - 6, statements[j].end - 1),),
            ),
        )
    return Link(
        a=statements[i].id,
        b=statements[j].id,
        relation="overlap",
        score=float(round(0.6 + 0.4 * rng.random(), 3)),
        spans_a=(core[i],),
        spans_b=(core[j],),
        added_a=((core[i][1], statements[i].end),),
        added_b=((core[j][1], statements[j].end),),
        differences=differences,
        evidence=tuple(
            Evidence(part=p, value=0.5, weight=w)
            for p, w in (("covered words", 1.2), ("names", 0.4), ("rank", -0.2))
        ),
    )
