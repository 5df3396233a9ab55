"""The command line, and the only place that prints.

Results go to standard output, everything else to standard error. Exit codes:
0 fine, 2 bad input or usage.
"""

from __future__ import annotations

import argparse
import json
import os
import sys
import warnings
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from storydiff.comparison import Comparison, json_schema
from storydiff.errors import FormatError, OptionError, StorydiffError, UnreadableError, unexpected
from storydiff.version import __version__

EXAMPLES = """\
examples:
  storydiff compare post.txt radio.html agency.json
  storydiff compare story/ --format markdown --output comparison.md
  storydiff compare story.json --only quotes --support 3
  cat story.json | storydiff compare - --format json > comparison.json
  storydiff render comparison.json --format markdown
  storydiff schema > comparison.schema.json

exit codes: 0 fine, 2 bad input or usage
"""

FORMATS = ("text", "markdown", "json")


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command line; gives the exit code."""
    options = _parser().parse_args(arguments)
    with warnings.catch_warnings():
        warnings.showwarning = _tell_warning
        try:
            result: str = options.run(options)
            _write(result, options.output)
        except StorydiffError as error:
            return _fail(str(error))
        except BrokenPipeError:
            # The reader has seen enough; nothing more can be written.
            os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        except KeyboardInterrupt:
            _tell("interrupted")
            return 130
    return 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="storydiff",
        description="Which facts, quotes and opinions each outlet added, changed, "
        "contradicted or left out.",
        epilog=EXAMPLES,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("--version", action="version", version=f"storydiff {__version__}")
    commands = parser.add_subparsers(required=True, metavar="COMMAND")

    compare = _command(commands, "compare", _compare, "compare reports on one event")
    compare.add_argument(
        "paths",
        nargs="+",
        metavar="PATH",
        help="files (.txt .md .html .json .jsonl .csv), folders, or - for standard input",
    )
    compare.add_argument("--model", help="a sentence-transformers model: a folder, or a hub name")
    compare.add_argument("--links", metavar="FILE", help="matches that are known already (JSON)")
    compare.add_argument(
        "--no-annotate", action="store_true", help="no kinds, speakers or quantities; no parser"
    )
    compare.add_argument("--strict", action="store_true", help="stop at a file that cannot be read")
    _add_rendering(compare)

    render = _command(commands, "render", _render, "render a saved result without recomputing it")
    render.add_argument("result", metavar="RESULT.json", help="what compare --format json wrote")
    _add_rendering(render)

    schema = _command(commands, "schema", _schema, "print the JSON Schema of a result")
    schema.add_argument("--output", metavar="FILE", help="write there instead of standard output")
    return parser


def _command(commands: Any, name: str, run: Any, purpose: str) -> argparse.ArgumentParser:
    parser: argparse.ArgumentParser = commands.add_parser(
        name,
        help=purpose,
        description=purpose[0].upper() + purpose[1:] + ".",
        epilog=EXAMPLES,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.set_defaults(run=run)
    return parser


def _add_rendering(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--format", choices=FORMATS, default="text", help="default: text")
    parser.add_argument("--output", metavar="FILE", help="write there instead of standard output")
    parser.add_argument(
        "--support",
        type=int,
        default=2,
        metavar="N",
        help="a fact counts as shared when at least N reports tell it (default: 2)",
    )
    parser.add_argument("--only", choices=("facts", "quotes", "opinions"), help="one kind of rows")
    parser.add_argument("--focus", metavar="OUTLET", help="one report against the others")


def _compare(options: argparse.Namespace) -> str:
    from storydiff.pipeline import compare
    from storydiff.reading import read

    reading = read(options.paths, strict=options.strict, stdin=sys.stdin.buffer)
    for skipped in reading.skipped:
        _tell(f"skipped: {skipped.reason}")
    links = _links(options.links) if options.links else None
    result = compare(
        reading.reports,
        model=options.model,
        annotate=not options.no_annotate,
        links=links,
        progress=_tell if sys.stderr.isatty() else None,
    )
    return _rendered(result, options)


def _render(options: argparse.Namespace) -> str:
    return _rendered(Comparison.from_json(_read(options.result)), options)


def _schema(options: argparse.Namespace) -> str:
    return json.dumps(json_schema(), indent=1, ensure_ascii=False) + "\n"


def _rendered(comparison: Comparison, options: argparse.Namespace) -> str:
    from storydiff.rendering import markdown, text

    if options.format == "json":
        return comparison.to_json() + "\n"
    write = text.render if options.format == "text" else markdown.render
    return write(comparison, support=options.support, only=options.only, focus=options.focus)


def _links(path: str) -> list[dict[str, Any]]:
    try:
        found = json.loads(_read(path))
    except json.JSONDecodeError as error:
        raise FormatError(
            unexpected(f"{path}, line {error.lineno}", got=error.msg, wanted="JSON")
        ) from error
    links = found.get("links") if isinstance(found, dict) else found
    if not isinstance(links, list) or not all(isinstance(link, dict) for link in links):
        wanted = 'a list of objects with "a" and "b", or an object with such a list as "links"'
        raise FormatError(unexpected(path, got=type(links).__name__, wanted=wanted))
    return links


def _read(path: str) -> str:
    try:
        return Path(path).read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise UnreadableError(
            unexpected(path, got=str(error), wanted="a UTF-8 text file")
        ) from error


def _write(text: str, path: str | None) -> None:
    if path is None:
        sys.stdout.buffer.write(text.encode("utf-8", "backslashreplace"))
        sys.stdout.flush()
        return
    # A kill in the middle leaves the old file: the new one is put in its place whole.
    draft = Path(f"{path}.part")
    try:
        draft.write_text(text, encoding="utf-8", errors="backslashreplace")
        draft.replace(path)
    except OSError as error:
        raise OptionError(
            unexpected("--output", got=str(error), wanted="a file we may write")
        ) from error


def _tell(message: str) -> None:
    print(f"storydiff: {message}", file=sys.stderr)


def _tell_warning(message: Warning | str, *_: object, **__: object) -> None:
    _tell(f"warning: {message}")


def _fail(message: str) -> int:
    _tell(f"error: {message}")
    return 2
