"""What a construction yields, and the questions that several constructions ask of a tree."""

from __future__ import annotations

from dataclasses import dataclass

from storydiff.annotation.cues import Cue, reporting_verbs
from storydiff.annotation.trees import SUBJECTS, Tree

_AUXILIARIES = frozenset({"aux", "auxpass", "neg", "prt"})
OBJECTS = frozenset({"dobj", "obj"})
_DAYS = frozenset({"monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"})
_UPWARD = frozenset({"conj", "advcl", "xcomp", "pcomp", "prep", "dep", "acomp"})


@dataclass(frozen=True, slots=True)
class Reading:
    """One attribution as word indices of a tree.

    ``head`` is the word that reports; ``rule`` names the construction;
    ``quotes`` says whether the cue can introduce a quotation.
    """

    source: tuple[int, ...]
    cue: tuple[int, ...]
    content: tuple[int, ...]
    head: int
    rule: str
    entry: Cue
    quotes: bool = False
    negated: bool = False


def subject_of(tree: Tree, verb: int, *, climb: bool = True) -> int | None:
    """The word that does what a verb says: its subject, or that of the clause it hangs on."""
    at = verb
    for _ in range(6):
        subject = tree.child(at, SUBJECTS)
        if subject is not None:
            return None if tree.words[subject] == "there" else subject
        relation, head = tree.relations[at], tree.heads[at]
        if relation == "acl":
            return head
        if not climb or head == at:
            return None
        if relation not in _UPWARD:
            return None
        if relation == "xcomp":
            told = tree.child(head, OBJECTS)
            entry = reporting_verbs().get(tree.lemmas[head])
            if told is not None and entry is not None and "x" in entry.frames:
                return told
        if relation == "advcl" and tree.relations[head] == "ccomp" and is_aside(tree, verb):
            head = tree.heads[head]
        at = head
    return None


def is_aside(tree: Tree, verb: int) -> bool:
    """Whether ", adding that …" follows reported speech: whoever spoke goes on to speak."""
    before = tree.left[verb] - 1
    entry = reporting_verbs().get(tree.lemmas[verb])
    return (
        entry is not None
        and entry.sort == "say"
        and "t" in entry.frames
        and tree.tags[verb] == "VBG"
        and before > 0
        and tree.words[before] == ","
    )


def cue_of(tree: Tree, verb: int) -> tuple[int, ...]:
    """A verb with its auxiliaries, negation and particle, and what stands between them."""
    parts = [verb] + [
        c for c in tree.children[verb] if tree.relations[c] in _AUXILIARIES and abs(c - verb) < 6
    ]
    low, high = min(parts), max(parts)
    adverb = low - 1
    if adverb >= 0 and tree.heads[adverb] == verb and tree.relations[adverb] == "advmod":
        low = adverb
    subject = tree.child(verb, SUBJECTS)
    inside = set(tree.subtree(subject)) if subject is not None and low < subject < high else set()
    return tuple(w for w in range(low, high + 1) if w not in inside)


def noun_phrase(tree: Tree, head: int | None, verb: int) -> tuple[int, ...]:
    """The words of a source: its whole subtree, without the verb's own branch."""
    if head is None:
        return ()
    without = [c for c in tree.children[head] if c == verb or _is_day(tree, c)]
    words = [w for w in tree.subtree(head, without=[*without]) if w != verb]
    if tree.relations[verb] == "relcl" and head == tree.heads[verb]:
        return (head,)
    low, high = (min(words), max(words))
    if low < verb < high:
        words = [w for w in words if (w < verb) == (head < verb)]
    return tuple(trim(tree, words, commas=False))


def _is_day(tree: Tree, word: int) -> bool:
    """Whether a branch says the day on which something was said: "on Friday"."""
    named = tree.child(word, ("pobj",)) if tree.words[word] == "on" else word
    return named is not None and tree.words[named] in _DAYS


def trim(tree: Tree, words: list[int], *, commas: bool = True) -> list[int]:
    """Words without conjunctions and stops at their edges."""
    stops = {",", ".", ";", "—", "–", "--", "-"} if commas else {".", ";", "—", "–", "--"}
    low, high = 0, len(words)
    while low < high and tree.words[words[low]] in {",", ";", "—", "–", "--", "-"}:
        low += 1
    while high > low and tree.words[words[high - 1]] in stops:
        high -= 1
    return words[low:high]


def words_of(tree: Tree, branches: list[int]) -> list[int]:
    """The words of some branches, in order."""
    return sorted({w for branch in branches for w in tree.subtree(branch)})
