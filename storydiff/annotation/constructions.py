"""Who reports what, read off the dependencies of one statement: one function a construction.

Each construction yields `Reading` values: word indices of source, cue and
content. Nothing here knows of quotation marks, other statements or names; that
is `storydiff.annotation.attributions`. Precision and recall of each
construction: docs/design/0036-attributions.md.
"""

from __future__ import annotations

from storydiff.annotation.nominals import read_according, read_adjective, read_label, read_noun
from storydiff.annotation.readings import Reading
from storydiff.annotation.trees import Tree
from storydiff.annotation.verbs import read_verb


def read(tree: Tree) -> list[Reading]:
    """Every reading of a statement, in the order of the words that report."""
    found: list[Reading] = []
    found.extend(read_label(tree))
    for word, tag in enumerate(tree.tags):
        if tag.startswith("VB"):
            found.extend(read_verb(tree, word))
        elif tag.startswith("NN"):
            found.extend(read_noun(tree, word))
        elif tag.startswith("JJ") or tag == "VBN":
            found.extend(read_adjective(tree, word))
        if tree.words[word] == "according":
            found.extend(read_according(tree, word))
    return [reading for reading in found if not _is_doubled(tree, reading, found)]


def _is_doubled(tree: Tree, reading: Reading, found: list[Reading]) -> bool:
    """Whether another reading says the same better.

    So does "voiced support for" against "voiced", and any content that holds a
    reporting noun without a source of its own.
    """
    if reading.rule == "object":
        return any(r.rule.endswith("-light") and tree.heads[r.head] == reading.head for r in found)
    if reading.rule.endswith("-bare") and not reading.source:
        return any(reading.head in r.content for r in found)
    return False
