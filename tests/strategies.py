"""Stories to try laws on: our own sentences in any choice, and lines of any characters."""

from hypothesis import strategies as st

from storydiff.datatypes import Report

SENTENCES = (
    "The ferry left Ostrand at six on Monday.",
    "Mara Velling saw the lamp go out.",
    "Nobody on board was hurt.",
    "Divers searched the harbour for two days.",
    "Rust had weakened seven bolts.",
    "Tilby council will vote next week.",
)
OUTLETS = ("Echo", "Post", "Radio", "Courier")

printed = st.characters(exclude_categories=["Cc", "Cs", "Zl", "Zp", "Cn"])
lines = st.text(printed, min_size=1).filter(str.strip)


def reports(sentences=None):
    """Two to four reports of different outlets, each of some of the sentences."""
    chosen = st.sampled_from(SENTENCES) if sentences is None else sentences
    bodies = st.lists(st.lists(chosen, min_size=1, max_size=5, unique=True), min_size=2, max_size=4)
    return bodies.map(
        lambda found: [
            Report.from_sentences(body, outlet=name)
            for body, name in zip(found, OUTLETS, strict=False)
        ]
    )
