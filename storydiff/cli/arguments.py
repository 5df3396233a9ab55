"""The commands and options that the command line knows."""

from __future__ import annotations

import argparse
from collections.abc import Callable
from typing import Any

from storydiff.cli import commands
from storydiff.cli.bench import bench
from storydiff.cli.many import WHOLE, many
from storydiff.cli.output import FORMATS
from storydiff.version import __version__

EXAMPLES = """\
examples:
  storydiff demo
  storydiff compare post.txt radio.html agency.json
  storydiff compare story/ --output comparison.html
  storydiff compare story.json --only quotes --support 3
  storydiff compare story/ --format csv --output tables/
  cat story.json | storydiff compare - --format json > comparison.json
  storydiff render comparison.json --focus "Evening Post"
  storydiff plot comparison.json --kind coverage --output coverage.png
  storydiff many stories/ --output results/
  storydiff bench --json figures.json

exit codes: 0 fine, 2 bad input or usage, 130 interrupted
"""

PLOTS = ("coverage", "upset", "ribbon")
SHELLS = ("bash", "zsh", "fish")


def parser() -> argparse.ArgumentParser:
    """The parser of the command line; ``run`` of what it gives is the command to run."""
    top = argparse.ArgumentParser(
        prog="storydiff",
        description="Which facts, quotes and opinions each outlet added, changed, "
        "contradicted or left out.",
        epilog=EXAMPLES,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    top.add_argument("--version", action="version", version=f"storydiff {__version__}")
    group = top.add_subparsers(required=True, metavar="COMMAND")
    for add in (
        _compare,
        _many,
        _demo,
        _render,
        _plot,
        _gold,
        _calibrate,
        _bench,
        _schema,
        _cache,
        _completion,
    ):
        add(group)
    return top


def _compare(group: Any) -> None:
    compare = _command(group, "compare", commands.compare, "compare reports on one event")
    compare.add_argument(
        "paths",
        nargs="+",
        metavar="PATH",
        help="files (.txt .md .html .json .jsonl .csv .docx .pdf), folders, or - for stdin",
    )
    _making(compare)
    compare.add_argument("--links", metavar="FILE", help="matches that are known already (JSON)")
    compare.add_argument(
        "--stability",
        action="store_true",
        help="mark findings that flip when thresholds move by .05",
    )
    compare.add_argument(
        "--second-model", metavar="MODEL", help="mark findings that another model does not make"
    )
    compare.add_argument("--strict", action="store_true", help="stop at a file that cannot be read")
    _rendering(compare)


def _many(group: Any) -> None:
    command = _command(group, "many", many, "compare each story of a folder by itself")
    command.add_argument(
        "folder", metavar="STORIES", help="holds a folder or a .json, .jsonl or .csv file a story"
    )
    command.add_argument(
        "--output", metavar="FOLDER", required=True, help="where each story's result is written"
    )
    command.add_argument("--format", choices=WHOLE, default="json", help="default: json")
    command.add_argument(
        "--again", action="store_true", help="stories whose result is there already, too"
    )
    command.add_argument(
        "--workers", type=int, default=1, metavar="N", help="processes (default: 1)"
    )
    _making(command)


def _demo(group: Any) -> None:
    demo = _command(group, "demo", commands.demo, "compare the five invented reports of a fire")
    _rendering(demo)


def _render(group: Any) -> None:
    render = _command(
        group, "render", commands.render, "show a saved result without computing it again"
    )
    _result(render)
    _rendering(render)


def _plot(group: Any) -> None:
    plot = _command(group, "plot", commands.plot, "draw a saved result")
    _result(plot)
    plot.add_argument("--kind", choices=PLOTS, default="coverage", help="default: coverage")
    plot.add_argument(
        "--reports", nargs=2, metavar="OUTLET", help="the two reports of a ribbon (default: first)"
    )
    plot.add_argument(
        "--support", type=int, metavar="N", help="only facts that at least N reports tell"
    )
    plot.add_argument(
        "--output", metavar="FILE", required=True, help="a .png, .svg or .pdf file to write"
    )


def _gold(group: Any) -> None:
    gold = _command(
        group, "gold", commands.gold, "make gold stories of corrected Label Studio tasks"
    )
    gold.add_argument("export", metavar="EXPORT.json", help="what Label Studio exported as JSON")
    gold.add_argument("--output", metavar="FOLDER", required=True, help="where the stories go")


def _calibrate(group: Any) -> None:
    calibrate = _command(
        group, "calibrate", commands.calibrate, "fit probabilities to a model, from gold stories"
    )
    calibrate.add_argument(
        "--gold", metavar="FOLDER", required=True, help="gold stories to learn from (.json)"
    )
    calibrate.add_argument("--model", help="the model to calibrate for: a folder, or a hub name")
    calibrate.add_argument(
        "--output", metavar="FILE", required=True, help="where compare --calibration finds it"
    )


def _bench(group: Any) -> None:
    command = _command(group, "bench", bench, "measure how often each kind of finding is right")
    command.add_argument(
        "--gold", metavar="FOLDER", help="gold stories of your own (default: those that come along)"
    )
    command.add_argument("--name", help="the public name of the gold stories")
    command.add_argument("--json", metavar="FILE", help="keep the figures in this file")
    command.add_argument("--model", help="the model to measure: a folder, or a hub name")
    command.add_argument(
        "--calibration", metavar="FILE", help="what calibrate fitted to the model (JSON)"
    )
    command.add_argument(
        "--publish", metavar="FILE", help="put the figures into a file of published rates"
    )
    command.add_argument(
        "--held-out",
        action="store_true",
        help="with --gold and --publish: fill the column of held-out real stories",
    )


def _schema(group: Any) -> None:
    schema = _command(group, "schema", commands.schema, "print the JSON Schema of a result")
    schema.add_argument("--output", metavar="FILE", help="write there instead of standard output")


def _cache(group: Any) -> None:
    cache = _command(
        group, "cache", commands.cache, "tell what is kept of earlier comparisons, or clear it"
    )
    cache.add_argument("--cache", metavar="DIR", help="the folder (default: STORYDIFF_CACHE)")
    cache.add_argument("--clear", action="store_true", help="take everything kept away")


def _completion(group: Any) -> None:
    completion = _command(
        group, "completion", commands.completion, "print a script that completes our commands"
    )
    completion.add_argument("shell", choices=SHELLS, help="the shell that reads the script")


def _command(
    group: Any, name: str, run: Callable[[argparse.Namespace], None], purpose: str
) -> argparse.ArgumentParser:
    command: argparse.ArgumentParser = group.add_parser(
        name,
        help=purpose,
        description=purpose[0].upper() + purpose[1:] + ".",
        epilog=EXAMPLES,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    command.set_defaults(run=run)
    loudness = command.add_mutually_exclusive_group()
    loudness.add_argument(
        "-q", "--quiet", action="store_true", help="no messages but errors, and no progress"
    )
    loudness.add_argument(
        "-v", "--verbose", action="count", default=0, help="tell each stage and its time"
    )
    return command


def _making(command: argparse.ArgumentParser) -> None:
    """The options of a pipeline."""
    command.add_argument("--model", help="a sentence-transformers model: a folder, or a hub name")
    command.add_argument(
        "--limit",
        metavar="NAME=NUMBER",
        action="append",
        default=[],
        help="raise or lower a limit: reports, report_characters, statements, statement_characters",
    )
    command.add_argument(
        "--neighbours",
        type=int,
        metavar="N",
        help="for thousands of statements: hold each against its N nearest alone",
    )
    command.add_argument(
        "--calibration", metavar="FILE", help="what calibrate fitted to the model (JSON)"
    )
    command.add_argument(
        "--no-annotate", action="store_true", help="no kinds, speakers or quantities; no parser"
    )
    caching = command.add_mutually_exclusive_group()
    caching.add_argument(
        "--cache", metavar="DIR", help="keep vectors and parses there (default: STORYDIFF_CACHE)"
    )
    caching.add_argument("--no-cache", action="store_true", help="keep nothing, use nothing kept")


def _result(command: argparse.ArgumentParser) -> None:
    command.add_argument(
        "result", metavar="RESULT.json", help="what --format json wrote; - for standard input"
    )


def _rendering(command: argparse.ArgumentParser) -> None:
    command.add_argument(
        "--format",
        choices=tuple(FORMATS),
        help="default: what --output ends in, else text; csv and labelstudio write a folder",
    )
    command.add_argument("--output", metavar="PATH", help="write there, not to standard output")
    command.add_argument(
        "--support",
        type=int,
        metavar="N",
        help="a fact counts as shared when at least N reports tell it (default: 2)",
    )
    command.add_argument("--only", choices=("facts", "quotes", "opinions"), help="one kind of rows")
    command.add_argument("--focus", metavar="OUTLET", help="one report against the others")
