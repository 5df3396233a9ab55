"""Matches that a reader has marked already: we tabulate and compare, we do not align.

python examples/given_links.py
"""

from storydiff import Report, compare

REPORTS = (
    Report.from_sentences(
        ["The lighthouse will close in May.", "It has stood for 120 years."], outlet="Herald"
    ),
    Report.from_sentences(
        ["The keeper moves to the mainland.", "After a century the lighthouse closes."],
        outlet="Post",
    ),
)

LINKS = [{"a": ["Herald", 0], "b": ["Post", 1], "relation": "overlap"}]


def main() -> None:
    comparison = compare(REPORTS, links=LINKS)
    for row in comparison.table:
        told = [r for r, cell in row.cells.items() if cell.state in ("told", "partly")]
        print(f"{row.id} told by {', '.join(told)}: {comparison.statement(row.statements[0]).text}")


if __name__ == "__main__":
    main()
