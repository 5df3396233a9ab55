"""Whether a report is English: as it says itself, or by its commonest words."""

from __future__ import annotations

import re

from storydiff.datatypes import Report
from storydiff.lexicons import words as lexicon

_SAMPLE = 4_000
_WORD = re.compile(r"[^\W\d_]+")
_LETTER = re.compile(r"[^\W\d_]")
# The commonest function words that few other languages share, and those of other languages
# that English does not have. Compiled by us.


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
    english = sum(word in lexicon("common_words_en") for word in words)
    other = sum(
        word in lexicon("common_words_other") and word not in lexicon("common_words_en")
        for word in words
    )
    return english >= other
