"""Sources that a construction leaves open, and whoever speaks a quotation without a cue.

A construction names the source that its grammar gives. Where the parse has none
("…, and vowed to", "stirred anger with a call for"), the nearest doer of the
sentence is taken; where the doer is a document ("released a statement
confirming"), whoever issued it is. Figures: docs/design/0046-sources.md.
"""

from __future__ import annotations

from collections.abc import Sequence

from storydiff.annotation.quotations import Quotation
from storydiff.annotation.readings import OBJECTS, Reading, noun_phrase, trim
from storydiff.annotation.trees import SUBJECTS, Tree
from storydiff.datatypes import Span, Statement
from storydiff.lexicons import words as lexicon

_FAR = 40
"""Words that the doer may stand before a cue without a subject of its own."""


def nearest_doer(tree: Tree, reading: Reading) -> tuple[int, ...]:
    """Who does what a cue without a subject says: right at the cue, above it, or before it."""
    if _is_passive(tree, reading.head):
        return ()
    beside = _at_cue(tree, reading)
    if beside:
        return beside
    for above in tree.ancestors(reading.head):
        subject = tree.child(above, SUBJECTS)
        if subject is not None and subject not in reading.content and _can_speak(tree, subject):
            return noun_phrase(tree, subject, above)
    low = reading.cue[0]
    for word in range(low - 1, max(-1, low - _FAR), -1):
        if tree.relations[word] in SUBJECTS and _can_speak(tree, word):
            return noun_phrase(tree, word, tree.heads[word])
    return ()


def issuer(tree: Tree, reading: Reading) -> tuple[int, ...]:
    """Who issued the document that a reading takes for its source, if it says so."""
    heads = [w for w in reading.source if tree.heads[w] not in reading.source]
    if len(heads) != 1 or tree.lemmas[heads[0]] not in lexicon("documents"):
        return ()
    document = heads[0]
    verb = tree.heads[document]
    if tree.relations[document] not in OBJECTS or not tree.tags[verb].startswith("VB"):
        return ()
    subject = tree.child(verb, SUBJECTS)
    return noun_phrase(tree, subject, verb) if subject is not None else ()


def doer_of(tree: Tree) -> tuple[int, ...]:
    """The subject of a statement's main verb: who most likely speaks in what follows."""
    for word in range(len(tree)):
        if tree.heads[word] != word:
            continue
        subject = tree.child(word, SUBJECTS)
        if subject is not None and _can_speak(tree, subject):
            return noun_phrase(tree, subject, word)
    return ()


def doer_after(tree: Tree, quotation: Quotation) -> tuple[int, ...]:
    """The subject that stands right after a quotation: "“No,” he went on"."""
    after = [w for w in range(len(tree)) if tree.starts[w] >= quotation.end]
    if not after or tree.starts[after[0]] - quotation.end > 2:
        return ()
    for word in after:
        if tree.left[word] == after[0] and tree.relations[word] in SUBJECTS:
            return noun_phrase(tree, word, tree.heads[word])
    return ()


def likely_speaker(
    quotation: Quotation, number: int, statements: Sequence[Statement], trees: Sequence[Tree]
) -> tuple[Span, ...]:
    """Who most likely speaks a quotation without a cue: named after it, or the doer before it.

    The statement before is asked only where the quotation begins its own.
    """
    after = doer_after(trees[number], quotation)
    if after or not number or quotation.start > statements[number].start + 1:
        return trees[number].spans(after)
    return trees[number - 1].spans(doer_of(trees[number - 1]))


def _at_cue(tree: Tree, reading: Reading) -> tuple[int, ...]:
    """The noun phrase that ends or begins where the cue does."""
    if not tree.tags[reading.head].startswith("VB") or tree.tags[reading.head] == "VBG":
        return ()
    before, after = reading.cue[0] - 1, reading.cue[-1] + 1
    for word in range(len(tree)):
        if word in reading.content or not tree.tags[word].startswith(("NN", "PRP", "WP")):
            continue
        ends, begins = tree.right[word] == before, tree.left[word] == after
        if (ends or begins) and _can_speak(tree, word):
            return tuple(trim(tree, tree.subtree(word), commas=False))
    return ()


def _can_speak(tree: Tree, word: int) -> bool:
    return tree.tags[word].startswith(("NN", "PRP", "WP", "CD", "JJ")) and tree.words[word] not in (
        "it",
        "that",
        "which",
        "there",
        "what",
    )


def _is_passive(tree: Tree, word: int) -> bool:
    return tree.child(word, ("auxpass",)) is not None or (
        tree.tags[word] == "VBN" and tree.relations[word] in ("acl", "amod")
    )
