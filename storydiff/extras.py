"""Optional packages: imported where they are needed, with the command that brings them."""

from __future__ import annotations

import importlib
from typing import Any

from storydiff.errors import MissingDependencyError


def optional(module: str, *, extra: str, purpose: str) -> Any:
    """The module of an optional package.

    Raises `MissingDependencyError` naming the command that installs it.
    """
    try:
        return importlib.import_module(module)
    except ImportError as error:
        package = module.partition(".")[0]
        if error.name is not None and error.name.partition(".")[0] != package:
            raise  # the package is there, and something it needs is broken: say that instead
        raise MissingDependencyError(
            f'{purpose} needs {package}, which is not installed: pip install "storydiff[{extra}]"'
        ) from error
