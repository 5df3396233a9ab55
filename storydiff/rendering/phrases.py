"""What is said of findings, in words that every line-based format shares."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from storydiff.rendering.page.marks import Piece
from storydiff.rendering.quotations import How
from storydiff.rendering.view import Contrast, Fact, Missed, Part, Quoting, Said, Wording

HOWS: dict[How, str] = {
    "quoted": "quotes it",
    "fullest": "quotes it most fully",
    "verbatim": "quotes the same words",
    "shortened": "quotes it shortened",
    "altered": "quotes it altered",
    "paraphrased": "paraphrases it",
    "unsourced": "tells it without a source",
}
"""What is said of each version of an utterance."""

_OPENING = tuple("\"'“”„‟«»‘’‚‹›`＂「『")
"""Marks with which a quotation begins: it needs none of ours."""


@dataclass(frozen=True, slots=True)
class Phrases:
    """Phrases in one format.

    Attributes:
        escape: makes text from the outside harmless in the format.
        brackets: how the place of a statement is set off.
        gone, new: what stands around words that a version lacks, and around its own.
        strong, quiet: what stands around words that carry a line, and around remarks.
    """

    escape: Callable[[str], str]
    brackets: tuple[str, str] = ("[", "]")
    gone: tuple[str, str] = ("[-", "-]")
    new: tuple[str, str] = ("{+", "+}")
    strong: tuple[str, str] = ("", "")
    quiet: tuple[str, str] = ("", "")

    def strongly(self, words: str) -> str:
        """Words of the format that carry a line."""
        return words.join(self.strong)

    def quietly(self, words: str) -> str:
        """Words of the format that are a remark."""
        return words.join(self.quiet)

    def key(self) -> str:
        """How words are marked that a version of an utterance lacks or has of its own."""
        return f"{'words left out'.join(self.gone)} and {'other words'.join(self.new)}"

    def place(self, said: Said) -> str:
        """Where a statement stands in its report."""
        return f"{self.brackets[0]}{said.index}{self.brackets[1]}"

    def words(self, said: Said) -> str:
        """What a statement says, in quotation marks of ours."""
        return f"“{self.escape(said.words)}”"

    def said(self, said: Said) -> str:
        """Who says it, where, and what."""
        return f"{self.escape(said.label)} {self.place(said)} {self.words(said)}"

    def told(self, fact: Fact) -> str:
        """How many tell a fact, how sure that is, and what kind of fact it is."""
        origins = f", {fact.origins} origins" if fact.origins != fact.support else ""
        kinds = f", {'/'.join(fact.kinds)}" if fact.kinds else ""
        return f"told by {fact.support}{origins}, p {fact.score:.2f}{kinds}"

    def missed(self, missed: Missed) -> str:
        """That a fact was not found in a report: the nearest miss, or why nobody can know."""
        label = self.escape(missed.label)
        if missed.state == "unknowable":
            return f"cannot know for {label}: {self.escape(missed.reason)}"
        flips = self.flips(missed.flips)
        if missed.nearest is None:
            return f"not found in {label}{flips}: nothing near"
        nearest = f"nearest p {missed.score:.2f}: {self.said(missed.nearest)}"
        return f"not found in {label}{flips}; {nearest}"

    def differing(self, contrast: Contrast) -> str:
        """What kind of difference it is, by which rule, and how sure that is."""
        rule = contrast.rule if contrast.rule.startswith(contrast.type) else contrast.type
        links = f", {contrast.links} links" if contrast.links > 1 else ""
        flips = self.flips(contrast.flips)
        return f"{self.escape(rule)}, p {contrast.score:.2f}{links}{flips}"

    def also(self, told: Sequence[Said]) -> str:
        """Further places of a version; nothing where there are none."""
        places = ", ".join(f"{self.escape(said.label)} {self.place(said)}" for said in told)
        return f"; also {places}" if places else ""

    def flips(self, changes: Sequence[str]) -> str:
        """Under which changes a finding is gone; nothing where none is known."""
        return f" (flips with {self.escape(' or '.join(changes))})" if changes else ""

    def lacking(self, part: Part) -> str:
        """That a report tells a fact in part, and which part is missing."""
        label = self.escape(part.label)
        if part.missing is None:
            return f"in part in {label}"
        return f"in part in {label}; not told there: {self.said(part.missing)}"

    def used(self, uses: Sequence[tuple[str, int]]) -> str:
        """Who uses a wording, and how often."""
        return ", ".join(f"{self.escape(label)} {count}×" for label, count in uses)

    def against(self, found: Wording) -> str:
        """Two wordings of one slot with who uses which, and how sure that is."""
        a, b = (
            f"“{self.escape(words)}” ({self.used(uses)})"
            for words, uses in zip(found.words, found.uses, strict=True)
        )
        return f"{a} against {b}, p {found.score:.2f}"

    def uttered(self, found: Quoting) -> str:
        """Who said it, and how sure it is that the versions are one utterance."""
        speaker = self.escape(found.speaker) or "a speaker not named"
        return f"{speaker}, p {found.score:.2f}" if found.score else speaker

    def version(self, said: Said, how: How, alike: float) -> str:
        """Who has a version of an utterance, how, and how much of the words is kept."""
        share = f", {100 * alike:.0f} % alike" if alike < 1 else ""
        return f"{self.escape(said.label)} {self.place(said)} {HOWS[how]}{share}"

    def compared(self, pieces: Sequence[Piece]) -> str:
        """The words of a version, with those marked that it lacks and that are its own."""
        marks = {"gone": self.gone, "new": self.new, "": ("", "")}
        words = " ".join(self.escape(x.text).join(marks[x.marks]) for x in pieces)
        return words if pieces[0].text.startswith(_OPENING) else f"“{words}”"
