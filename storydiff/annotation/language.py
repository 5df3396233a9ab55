"""Whether a report is English: as it says itself, or by its commonest words."""

from __future__ import annotations

import re

from storydiff.datatypes import Report

_SAMPLE = 4_000
_WORD = re.compile(r"[^\W\d_]+")
_LETTER = re.compile(r"[^\W\d_]")
# The commonest function words that few other languages share, and those of other languages
# that English does not have. Compiled by us.
_ENGLISH = frozenset(
    "the of and to that is was for on with he she it as at by from his her they are have has had"
    " not but be this which said will who would were their been after over".split()
)
_OTHERS = frozenset(
    "der die das und ist nicht ein eine zu den mit von auf für dem des sich im sie wird"
    " le la les des du un une et est que qui dans pour pas au sur ce il elle ne avec sont"
    " el los las del y en por con se su una lo al más pero ha como"
    " o os da do dos das um uma não na no em ao com mais foi seu sua"
    " di il che è non gli della nel sono per i het een van dat niet zijn op te"
    " och att det som är på och av inte og ikke w z nie się jest na do".split()
)


def is_english(report: Report) -> bool:
    """Whether a report is taken to be English.

    Its own ``language`` decides where it is given. Otherwise the commonest
    words of its first 4,000 characters do: English unless letters of other
    scripts, or function words of other languages, prevail.
    """
    if report.language:
        return report.language.lower().replace("_", "-").split("-")[0] in ("en", "eng", "english")
    sample = report.text[:_SAMPLE]
    words = [word.lower() for word in _WORD.findall(sample)]
    if not words:
        return True
    ascii_words = sum(word.isascii() for word in words)
    if ascii_words * 2 < len(words):
        return False
    english = sum(word in _ENGLISH for word in words)
    other = sum(word in _OTHERS and word not in _ENGLISH for word in words)
    return english >= other
