"""Where results go: standard output, a file or a folder, in the format asked for."""

from __future__ import annotations

import argparse
import json
import os
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from storydiff.comparison import Comparison
from storydiff.errors import OptionError, unexpected

Writer = Callable[..., Any]


@dataclass(frozen=True, slots=True)
class Format:
    """How one format is written, and which options change it.

    Attributes:
        write: gives text or bytes; for a folder, writes it.
        endings: names of ``--output`` that mean this format.
        takes: those of ``--support``, ``--only`` and ``--focus`` that it knows;
            a format that holds everything takes none.
        folder: it is written as a folder.
        binary: it is no text, and not written to a terminal.
    """

    write: Writer
    endings: tuple[str, ...] = ()
    takes: tuple[str, ...] = ()
    folder: bool = False
    binary: bool = False


def _text(comparison: Comparison, **options: Any) -> str:
    from storydiff.rendering import text

    return text.render(comparison, **options)


def _markdown(comparison: Comparison, **options: Any) -> str:
    from storydiff.rendering import markdown

    return markdown.render(comparison, **options)


def _json(comparison: Comparison, *, focus: str | None = None) -> str:
    return (comparison.focused(focus) if focus else comparison).to_json() + "\n"


def _html(comparison: Comparison, **options: Any) -> str:
    from storydiff.rendering import html

    return html.render(comparison, **options)


def _csv(comparison: Comparison, folder: str, *, focus: str | None = None) -> None:
    from storydiff.exporting.csv import write_csv

    write_csv(comparison, folder, focus=focus)


def _xlsx(comparison: Comparison, *, focus: str | None = None) -> bytes:
    from storydiff.exporting.excel import workbook

    return workbook(comparison, focus=focus)


def _webannotation(comparison: Comparison) -> str:
    from storydiff.exporting.webannotations import annotations_of

    return json.dumps(annotations_of(comparison), ensure_ascii=False, indent=1) + "\n"


def _labelstudio(comparison: Comparison, folder: str) -> None:
    from storydiff.exporting.labelstudio import write_tasks

    write_tasks(comparison, folder)


FORMATS: dict[str, Format] = {
    "text": Format(_text, (".txt",), ("support", "only", "focus")),
    "markdown": Format(_markdown, (".md", ".markdown"), ("support", "only", "focus")),
    "json": Format(_json, (".json",), ("focus",)),
    "html": Format(_html, (".html", ".htm"), ("support", "focus")),
    "csv": Format(_csv, takes=("focus",), folder=True),
    "xlsx": Format(_xlsx, (".xlsx",), ("focus",), binary=True),
    "webannotation": Format(_webannotation, (".jsonld",)),
    "labelstudio": Format(_labelstudio, folder=True),
}


def check(options: argparse.Namespace) -> None:
    """Raise `OptionError` for options that do not go together, before anything is computed."""
    name = format_of(options)
    kind = FORMATS[name]
    for option in ("support", "only", "focus"):
        if getattr(options, option) is not None and option not in kind.takes:
            takers = ", ".join(n for n, f in FORMATS.items() if option in f.takes)
            raise OptionError(f"--{option}: got it with --format {name}, wanted one of {takers}")
    if options.support is not None and options.support < 1:
        wanted = "a whole number from 1 on"
        raise OptionError(unexpected("support", got=options.support, wanted=wanted))
    if options.output is None and (kind.folder or (kind.binary and sys.stdout.isatty())):
        wanted = "a folder" if kind.folder else "a file"
        got = f"none with --format {name}"
        raise OptionError(f"--output: got {got}, wanted {wanted} to write to")


def format_of(options: argparse.Namespace) -> str:
    """The format asked for, or the one that the name of the output means, or text."""
    if options.format is not None:
        return str(options.format)
    ending = Path(options.output).suffix.lower() if options.output else ""
    return next((name for name, f in FORMATS.items() if ending in f.endings), "text")


def write_comparison(comparison: Comparison, options: argparse.Namespace) -> None:
    """Write a comparison as the options say.

    Text on a terminal becomes tables; in a pipe, a file or where ``TERM`` is
    ``dumb`` it stays plain lines.
    """
    name = format_of(options)
    kind = FORMATS[name]
    asked = {key: getattr(options, key) for key in kind.takes}
    chosen = {key: value for key, value in asked.items() if value is not None}
    if kind.folder:
        kind.write(comparison, options.output, **chosen)
    elif name == "text" and options.output is None and _is_terminal():
        from storydiff.cli.terminal import show

        show(comparison, **chosen)
    else:
        write_text(kind.write(comparison, **chosen), options.output)


def write_text(content: str | bytes, path: str | None) -> None:
    """Write to standard output, or to a file in one step."""
    if path is not None:
        from storydiff.exporting.files import write_file

        write_file(path, content)
        return
    data = content if isinstance(content, bytes) else content.encode("utf-8", "backslashreplace")
    sys.stdout.buffer.write(data)
    sys.stdout.flush()


def _is_terminal() -> bool:
    return sys.stdout.isatty() and os.environ.get("TERM") != "dumb"
