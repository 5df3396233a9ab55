"""The outlet's own comment at the end of what it reports, told apart from the report."""

from __future__ import annotations

from storydiff.annotation.readings import Reading, is_aside
from storydiff.annotation.trees import Tree
from storydiff.lexicons import words as lexicon

_SEEMING = frozenset({"sound", "seem", "look", "appear", "smack", "reek"})
_IGNORING = frozenset({"forget", "ignore", "neglect", "overlook", "omit", "fail"})
_GUESSING = frozenset(
    {"apparently", "presumably", "evidently", "seemingly", "conveniently", "supposedly"}
)


def within(tree: Tree, word: int) -> bool:
    """Whether a word stands in a comment of the outlet's."""
    return _is_comment(tree, word) or any(
        _is_comment(tree, above) for above in tree.ancestors(word)
    )


def cut(tree: Tree, reading: Reading) -> list[int]:
    """The content words of a reading without trailing comment in the outlet's voice.

    Cut off are relative clauses such as ", which sounds like …", participle
    clauses such as ", apparently forgetting that …", and "without saying why".
    """
    content = set(reading.content)
    for word in reading.content:
        if _is_comment(tree, word) or (word != reading.head and _goes_on(tree, word, reading)):
            content -= set(tree.subtree(word))
    words = sorted(content)
    while words and tree.words[words[-1]] in {",", "—", "–", "-", "--"}:
        words.pop()
    return words


def _goes_on(tree: Tree, word: int, reading: Reading) -> bool:
    """Whether a clause such as ", adding that …" goes on with the report itself."""
    clause = tree.heads[word]
    return (
        tree.relations[word] == "advcl"
        and tree.heads[clause] == reading.head
        and tree.relations[clause] == "ccomp"
        and is_aside(tree, word)
    )


def _is_comment(tree: Tree, word: int) -> bool:
    """Whether a clause that hangs on the content is the outlet's."""
    if tree.words[word] == "without" and tree.relations[word] == "prep":
        return any(
            tree.lemmas[c] in lexicon("silences") and tree.tags[c] == "VBG"
            for c in tree.children[word]
        )
    before = tree.left[word] - 1
    if before < 0 or tree.words[before] not in {",", "—", "–", "--", "-", '"', "”"}:
        return False
    first = tree.words[tree.left[word]]
    if tree.relations[word] in ("relcl", "advcl", "ccomp") and first == "which":
        return tree.lemmas[word] in _SEEMING and tree.tags[word] in ("VBZ", "VBP")
    if tree.relations[word] in ("advcl", "acl") and tree.tags[word] == "VBG":
        return first in _GUESSING or tree.lemmas[word] in _IGNORING
    return False
