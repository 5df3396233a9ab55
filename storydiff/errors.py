"""What can go wrong, by name.

Every error that storydiff raises on purpose is one of these::

    StorydiffError
    ├── InputError              what was handed in cannot be used
    │   ├── UnreadableError     a file or folder could not be read at all
    │   ├── FormatError         a file was read, but it is not what its name says
    │   ├── ReportError         one report cannot be used (empty, spans outside its text …)
    │   └── StoryError          the reports together are no story (fewer than two, same names …)
    ├── OptionError             an option has a value outside its range
    ├── ModelError              a model is missing, altered, or not of the right kind
    ├── VectorError             an encoder gave vectors that cannot be compared
    └── MissingDependencyError  an optional package is not installed; names the command

A message says what was got and what was wanted. `StorydiffWarning` is the one
category of warnings.
"""

from __future__ import annotations


class StorydiffError(Exception):
    """Base class of every error that storydiff raises on purpose."""


class InputError(StorydiffError):
    """What was handed in cannot be used."""


class UnreadableError(InputError):
    """A file or folder could not be read at all."""


class FormatError(InputError):
    """A file was read, but it is not what its name says."""


class ReportError(InputError):
    """One report cannot be used."""


class StoryError(InputError):
    """The reports together are no story."""


class OptionError(StorydiffError, ValueError):
    """An option has a value outside its range."""


class ModelError(StorydiffError):
    """A model is missing, altered, or not of the right kind."""


class VectorError(StorydiffError):
    """An encoder gave vectors that cannot be compared."""


class MissingDependencyError(StorydiffError, ImportError):
    """An optional package is not installed; the message names the command that installs it."""


class StorydiffWarning(UserWarning):
    """The one category of warnings that storydiff gives."""


def unexpected(what: str, *, got: object, wanted: str) -> str:
    """The one shape of a message about a bad value: ``what: got X, wanted Y``.

    Long values are shortened in the middle, so that a message stays one line.
    """
    shown = repr(got)
    if len(shown) > 120:
        shown = f"{shown[:80]} … {shown[-30:]}"
    return f"{what}: got {shown}, wanted {wanted}"
