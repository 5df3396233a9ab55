"""Put a part of your own into the pipeline: here, a segmenter that splits at full stops only.

python examples/exchange_a_part.py
"""

import re
from dataclasses import dataclass

from storydiff import Pipeline, Report, Statement


@dataclass(frozen=True)
class FullStops:
    """Every full stop ends a statement."""

    def segment(self, report: Report) -> tuple[Statement, ...]:
        return tuple(
            Statement(
                id=f"{report.id}:{index}",
                report=report.id,
                outlet=report.outlet,
                index=index,
                start=match.start(),
                end=match.end(),
                text=match[0],
            )
            for index, match in enumerate(re.finditer(r"\S[^.]*\.?", report.text))
        )


REPORTS = (
    Report(outlet="Herald", text="The lighthouse will close in May. It has stood for 120 years."),
    Report(outlet="Post", text="In May the lighthouse closes. The keeper moves to the mainland."),
)


def main() -> None:
    pipeline = Pipeline(segmenter=FullStops())
    comparison = pipeline.compare(REPORTS)
    for link in comparison.links:
        a, b = comparison.statement(link.a), comparison.statement(link.b)
        print(f"{link.relation} {link.score:.2f}: {a.text!r} ~ {b.text!r}")
    print(comparison.signature)


if __name__ == "__main__":
    main()
