"""One report as the matcher sees it: words, tokens, clauses, speech, all in flat arrays."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from storydiff.datatypes import Statement
from storydiff.protocols import Floats, Ints, Story
from storydiff.words import Words, word_of_token, words_of

Bools = NDArray[np.bool_]

RUNS = (2, 3, 5)
"""Words in the runs that are looked for on both sides."""

_CLAUSAL = {"ROOT", "ccomp", "advcl", "relcl", "acl", "parataxis", "pcomp", "csubj", "csubjpass"}
_QUOTES = str.maketrans(dict.fromkeys("“”„‟«»", '"'))
_SUBJECTS = ("nsubj", "csubj", "agent")
_OBJECTS = ("dobj", "nsubjpass", "dative", "attr", "oprd")
_DIGIT_WORDS = {
    "one": "1", "two": "2", "three": "3", "four": "4", "five": "5", "six": "6", "seven": "7",
    "eight": "8", "nine": "9", "ten": "10", "eleven": "11", "twelve": "12",
}  # fmt: skip


@dataclass(frozen=True, eq=False)
class Side:
    """One report. Flat arrays over its statements' tokens (t), words (w) and clauses (c).

    Attributes:
        statements: their indices in the story, int32 ``(n,)``.
        texts: their texts.
        pooled: ``(n, d)`` unit sentence vectors.
        tokens: ``(t, d)`` unit token vectors as the encoder gives them.
        token_keys: what a token is counted by.
        token_offsets: ``(n + 1,)``, which tokens belong to which statement.
        token_words: ``(t,)``, index of a token's word in the flat words, or -1.
        in_name, in_quote: bool ``(t,)``.
        words: per statement.
        word_offsets: ``(n + 1,)``.
        clause_tokens: ``(k,)`` tokens in the order of clauses; every statement of
            several clauses has them all, one of one clause has that one.
        clause_offsets: ``(c + 1,)``; clause_owners: ``(n + 1,)`` offsets of clauses.
        verb, noun: bool ``(t,)``, tokens of full verbs, of nouns that are no names.
        root: ``(n,)``, the first token of each statement's main word, or -1.
        numbers: per statement, the numbers in it as digits.
        days: per statement, the days that its dates begin on.
        names: per statement, the words of its names.
        people: per statement, the entities named in it.
        speakers: per statement, who speaks in it.
        quoted: per statement, whether it has words in quotation marks.
    """

    statements: Ints
    texts: tuple[str, ...]
    pooled: Floats
    tokens: Floats
    token_keys: tuple[str, ...]
    token_offsets: Ints
    token_words: Ints
    in_name: Bools
    in_quote: Bools
    in_speech: Bools
    verb: Bools
    noun: Bools
    root: Ints
    words: tuple[Words, ...]
    word_offsets: Ints
    clause_tokens: Ints
    clause_offsets: Ints
    clause_owners: Ints
    numbers: tuple[frozenset[str], ...]
    days: tuple[frozenset[str], ...]
    names: tuple[frozenset[str], ...]
    people: tuple[frozenset[str], ...]
    speakers: tuple[frozenset[str], ...]

    def __len__(self) -> int:
        return len(self.texts)

    @cached_property
    def lemmas(self) -> tuple[frozenset[str], ...]:
        """Per statement, what its content words are compared by."""
        return tuple(
            frozenset(k for k, told in zip(w.keys, w.content.tolist(), strict=True) if told)
            for w in self.words
        )

    @cached_property
    def stems(self) -> tuple[frozenset[str], ...]:
        """Per statement, the first five letters of these."""
        return tuple(frozenset(key[:5] for key in lemmas) for lemmas in self.lemmas)

    @cached_property
    def spoken_keys(self) -> tuple[tuple[str, ...], ...]:
        """Per statement, its words that have a letter or digit, in order."""
        return tuple(
            tuple(key for key in w.keys if any(c.isalnum() for c in key)) for w in self.words
        )

    @cached_property
    def letters(self) -> tuple[str, ...]:
        """Per statement, its words in lower case, without punctuation."""
        return tuple(
            " ".join("".join(c if c.isalnum() else " " for c in text.casefold()).split())
            for text in self.texts
        )

    @cached_property
    def first_tokens(self) -> Ints:
        """The first token of each flat word, or -1: int32 ``(w + 1,)``, the last one -1."""
        first = np.full(int(self.word_offsets[-1]) + 1, -1, np.int32)
        owned = np.flatnonzero(self.token_words >= 0)[::-1]
        first[self.token_words[owned]] = owned
        return first

    @cached_property
    def predicates(self) -> tuple[Ints, Ints, Ints, Ints]:
        """Flat words: full verbs, their subjects and objects (-1 for none); offsets of verbs."""
        return _verbs(self)

    @cached_property
    def runs(self) -> dict[int, tuple[frozenset[str], ...]]:
        """By number of words, per statement, its runs of so many words."""
        return {
            size: tuple(
                frozenset(" ".join(keys[i : i + size]) for i in range(len(keys) - size + 1))
                for keys in self.spoken_keys
            )
            for size in RUNS
        }


def sides_of(story: Story, content: Bools) -> tuple[Side, ...]:
    """The reports of a story, each with those of its statements that take part."""
    reports = dict.fromkeys(s.report for s in story.statements)
    return tuple(
        side_of(
            story,
            np.array(
                [
                    i
                    for i, s in enumerate(story.statements)
                    if s.report == report and content[i] and len(range(*_rows(story, i)))
                ],
                np.int32,
            ),
        )
        for report in reports
    )


def _rows(story: Story, i: int) -> tuple[int, int]:
    return int(story.encoded.offsets[i]), int(story.encoded.offsets[i + 1])


def side_of(story: Story, members: Ints) -> Side:
    """The statements of one report as flat arrays."""
    encoded = story.encoded
    chosen = [story.statements[i] for i in members.tolist()]
    words = [
        words_of(s.text, story.parses[i], start=s.start)
        for s, i in zip(chosen, members.tolist(), strict=True)
    ]
    rows = [np.arange(*_rows(story, i)) for i in members.tolist()]
    flat = np.concatenate(rows) if rows else np.zeros(0, np.intp)
    word_offsets = _offsets([len(w) for w in words])
    token_words: list[Ints] = []
    keys: list[str] = []
    quote: list[Bools] = []
    speech: list[Bools] = []
    clauses: list[list[Ints]] = []
    position = 0
    for k, statement in enumerate(chosen):
        starts, ends = encoded.starts[rows[k]], encoded.ends[rows[k]]
        own = word_of_token(words[k], starts, ends)
        token_words.append(np.where(own >= 0, own + word_offsets[k], -1).astype(np.int32))
        text = statement.text
        keys += [text[s:e].lower() for s, e in zip(starts.tolist(), ends.tolist(), strict=True)]
        quote.append(_quoted(text)[starts] if len(starts) else np.zeros(0, bool))
        speech.append(_spoken(statement)[starts] if len(starts) else np.zeros(0, bool))
        clauses.append([group + position for group in clauses_of(words[k], own)])
        position += len(starts)
    name_flags = np.concatenate([w.names for w in words] or [np.zeros(0, bool)])
    joined = np.concatenate(token_words or [np.zeros(0, np.int32)])
    in_name = _on_tokens(name_flags, joined)
    tags = [tag for w in words for tag in w.tags]
    content = np.concatenate([w.content for w in words] or [np.zeros(0, bool)])
    verbs = content & np.array([tag.startswith("VB") for tag in tags], bool)
    nouns = content & np.array([tag.startswith("NN") for tag in tags], bool) & ~name_flags
    groups = [group for own_groups in clauses for group in own_groups]
    return Side(
        statements=members,
        texts=tuple(s.text for s in chosen),
        pooled=encoded.pooled[members],
        tokens=encoded.tokens[flat],
        token_keys=tuple(keys),
        token_offsets=_offsets([len(r) for r in rows]),
        token_words=joined,
        in_name=in_name,
        in_quote=np.concatenate(quote or [np.zeros(0, bool)]),
        in_speech=np.concatenate(speech or [np.zeros(0, bool)]),
        verb=_on_tokens(verbs, joined),
        noun=_on_tokens(nouns, joined),
        root=np.array([_root(w, k, word_offsets, joined) for k, w in enumerate(words)], np.int32),
        words=tuple(words),
        word_offsets=word_offsets,
        clause_tokens=np.concatenate(groups or [np.zeros(0, np.int32)]).astype(np.int32),
        clause_offsets=_offsets([len(g) for g in groups]),
        clause_owners=_offsets([len(own_groups) for own_groups in clauses]),
        numbers=tuple(_numbers(w) for w in words),
        days=tuple(frozenset(d.start for d in s.dates if d.start) for s in chosen),
        names=tuple(_names(w) for w in words),
        people=tuple(frozenset(m.entity.lower() for m in s.names) for s in chosen),
        speakers=tuple(
            frozenset(a.speaker.lower() for a in s.attributions if a.speaker) for s in chosen
        ),
    )


def _on_tokens(flags: Bools, own: Ints) -> Bools:
    """What holds of a word, for its tokens."""
    out = np.zeros(len(own), bool)
    out[own >= 0] = flags[own[own >= 0]]
    return out


def _root(words: Words, k: int, word_offsets: Ints, own: Ints) -> int:
    """The first token of the word that statement k hangs on, or -1."""
    if "ROOT" not in words.relations:
        return -1
    tokens = np.flatnonzero(own == word_offsets[k] + words.relations.index("ROOT"))
    return int(tokens[0]) if len(tokens) else -1


def _offsets(counts: Sequence[int]) -> Ints:
    return np.concatenate([[0], np.cumsum(counts, dtype=np.int64)]).astype(np.int32)


def _quoted(text: str) -> Bools:
    """Which characters stand between quotation marks: bool, one a code point."""
    marks = np.array([c == '"' for c in text.translate(_QUOTES)], bool)
    inside: Bools = (np.cumsum(marks) % 2 == 1) & ~marks
    return inside


def _spoken(statement: Statement) -> Bools:
    """Which characters some source says: bool, one a code point."""
    inside = np.zeros(len(statement.text), bool)
    for attribution in statement.attributions:
        for start, end in attribution.content:
            inside[max(start - statement.start, 0) : max(end - statement.start, 0)] = True
    return inside


def clauses_of(words: Words, own: Ints) -> list[Ints]:
    """Tokens of each clause of a statement: a clause is what hangs on one clausal head.

    ``own`` is the word that each token lies in, or -1. A clause with fewer than two
    content words goes to the clause above it.
    """
    n = len(words)
    everything = np.arange(len(own), dtype=np.int32)
    if not n or not any(words.relations):
        return [everything]
    head = np.arange(n)
    heads = words.heads.tolist()
    highest = [heads[k] == k or _opens_clause(words, k) for k in range(n)]
    for i in range(n):
        k = i
        for _ in range(n):
            if highest[k]:
                break
            k = heads[k]
        head[i] = k
    for k in np.unique(head).tolist():
        members = head == k
        above = int(words.heads[k])
        if words.content[members].sum() < 2 and above != k:
            head[members] = head[above]
    of_token = np.where(own >= 0, head[np.maximum(own, 0)], -1)
    groups = [everything[of_token == k] for k in np.unique(head).tolist()]
    return [group for group in groups if len(group)] or [everything]


def _opens_clause(words: Words, k: int) -> bool:
    relation = words.relations[k]
    return relation in _CLAUSAL or (relation == "conj" and words.tags[k].startswith("VB"))


def _numbers(words: Words) -> frozenset[str]:
    found = set()
    for key, tag in zip(words.keys, words.tags, strict=True):
        plain = key.replace(",", "")
        if any(c.isdigit() for c in plain):
            found.add(plain)
        elif tag == "CD" and key in _DIGIT_WORDS:
            found.add(_DIGIT_WORDS[key])
    return frozenset(found)


def _names(words: Words) -> frozenset[str]:
    return frozenset(
        key
        for key, name, content in zip(words.keys, words.names, words.content, strict=True)
        if name and content
    )


def _verbs(side: Side) -> tuple[Ints, Ints, Ints, Ints]:
    """Verbs of a side with subject and object (flat word indices, -1 for none), and offsets."""
    verbs: list[int] = []
    subjects: list[int] = []
    objects: list[int] = []
    counts: list[int] = []
    for k, words in enumerate(side.words):
        base, before = int(side.word_offsets[k]), len(verbs)
        for i, (tag, relation) in enumerate(zip(words.tags, words.relations, strict=True)):
            if tag.startswith("VB") and relation not in ("aux", "auxpass"):
                verbs.append(base + i)
                subjects.append(_child(words, i, _SUBJECTS, base))
                objects.append(_child(words, i, _OBJECTS, base))
        counts.append(len(verbs) - before)
    offsets = np.concatenate([[0], np.cumsum(counts)]).astype(np.int32)
    return (*(np.array(x, np.int32) for x in (verbs, subjects, objects)), offsets)  # type: ignore[return-value]


def _child(words: Words, head: int, relations: tuple[str, ...], base: int) -> int:
    for i in np.flatnonzero(words.heads == head).tolist():
        if i != head and words.relations[i] in relations:
            return base + i
    return -1
