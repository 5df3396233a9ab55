"""What each command does: read, compute, and hand the result to `output`."""

from __future__ import annotations

import argparse
import json
import sys
from importlib.resources import files
from pathlib import Path
from typing import Any

from storydiff.cli import output
from storydiff.cli.messages import log, progress
from storydiff.comparison import Comparison, json_schema
from storydiff.errors import FormatError, OptionError, UnreadableError, unexpected
from storydiff.limits import Limits


def compare(options: argparse.Namespace) -> None:
    """``storydiff compare``."""
    output.check(options)
    _compare(
        options,
        options.paths,
        strict=options.strict,
        model=options.model,
        annotate=not options.no_annotate,
        calibration=options.calibration,
        neighbours=options.neighbours,
        limits=Limits.of(options.limit),
        links=_links(options.links) if options.links else None,
        cache=options.cache or not options.no_cache,
        stability=options.stability,
        second_model=options.second_model,
    )


def demo(options: argparse.Namespace) -> None:
    """``storydiff demo``: the packaged example."""
    output.check(options)
    _compare(options, [str(files("storydiff") / "data" / "example")], strict=True)


def render(options: argparse.Namespace) -> None:
    """``storydiff render``."""
    output.check(options)
    output.write_comparison(_saved(options.result), options)


def plot(options: argparse.Namespace) -> None:
    """``storydiff plot``."""
    from storydiff.exporting import plots

    path = Path(options.output)
    if path.suffix.lower() not in plots.ENDINGS:
        wanted = f"a name ending in {', '.join(plots.ENDINGS)}"
        raise OptionError(unexpected("--output", got=options.output, wanted=wanted))
    comparison = _saved(options.result)
    if options.kind == "ribbon":
        names = options.reports or [report.id for report in comparison.reports[:2]]
        figure = plots.ribbon(comparison, *names)
    elif options.kind == "upset":
        figure = plots.upset(comparison, support=options.support or 1)
    else:
        figure = plots.coverage(comparison, support=options.support or 1)
    plots.save(figure, path)


def gold(options: argparse.Namespace) -> None:
    """``storydiff gold``."""
    from storydiff.exporting.labelstudio import gold_of, write_gold

    tasks = _json(options.export)
    if not isinstance(tasks, list):
        wanted = "a list of tasks, as Label Studio exports it in the format JSON"
        raise FormatError(unexpected(options.export, got=type(tasks).__name__, wanted=wanted))
    stories = gold_of(tasks)
    write_gold(stories, options.output)
    log.info("%d stories written to %s", len(stories), options.output)


def calibrate(options: argparse.Namespace) -> None:
    """``storydiff calibrate``."""
    from storydiff.encoding import load_encoder
    from storydiff.evaluation.calibrating import calibrate as learnt_from
    from storydiff.evaluation.gold import read_gold
    from storydiff.pipeline import Pipeline

    stories = read_gold(Path(options.gold)).stories
    with progress(options) as tell:
        learnt = learnt_from(stories, Pipeline(encoder=load_encoder(options.model)), progress=tell)
    output.write_text(learnt.weights.as_text(), options.output)
    log.info(
        "calibrated for %s on %d stories; cross-validated pair F1 %.3f, calibration error %.3f",
        learnt.weights.encoder,
        len(stories),
        *learnt.figures(),
    )


def schema(options: argparse.Namespace) -> None:
    """``storydiff schema``."""
    text = json.dumps(json_schema(), indent=1, ensure_ascii=False) + "\n"
    output.write_text(text, options.output)


def cache(options: argparse.Namespace) -> None:
    """``storydiff cache``."""
    from storydiff.cache import VARIABLE, chosen_cache

    kept = chosen_cache(options.cache or True)
    if kept is None:
        log.info("no cache: %s is off", VARIABLE)
        return
    if options.clear:
        log.info("%d entries taken away from %s", kept.clear(), kept.folder)
        return
    lines = [str(kept.folder)]
    lines += [f"{kind}\t{n}\t{size / 1e6:.1f} MB" for kind, (n, size) in kept.size().items()]
    output.write_text("\n".join(lines) + "\n", None)


def completion(options: argparse.Namespace) -> None:
    """``storydiff completion``."""
    from storydiff.cli.arguments import parser
    from storydiff.cli.completion import script

    output.write_text(script(parser(), options.shell), None)


def _compare(
    options: argparse.Namespace, paths: list[str], *, strict: bool, **settings: Any
) -> None:
    from storydiff.pipeline import compare
    from storydiff.reading import read

    reading = read(paths, strict=strict, stdin=sys.stdin.buffer)
    for skipped in reading.skipped:
        log.warning("skipped: %s", skipped.reason)
    for note in reading.notes:
        log.warning("note: %s", note)
    log.info("%d reports read", len(reading.reports))
    with progress(options) as tell:
        found = compare(reading.reports, progress=tell, **settings)
    log.info("%d statements, %d links", len(found.statements), len(found.links))
    output.write_comparison(found, options)


def _saved(path: str) -> Comparison:
    return Comparison.from_json(_text(path))


def _links(path: str) -> list[dict[str, Any]]:
    found = _json(path)
    links = found.get("links") if isinstance(found, dict) else found
    if not isinstance(links, list) or not all(isinstance(link, dict) for link in links):
        wanted = 'a list of objects with "a" and "b", or an object with such a list as "links"'
        raise FormatError(unexpected(path, got=type(links).__name__, wanted=wanted))
    return links


def _json(path: str) -> Any:
    try:
        return json.loads(_text(path))
    except (json.JSONDecodeError, RecursionError) as error:
        line = getattr(error, "lineno", 1)
        got = getattr(error, "msg", "JSON nested too deep")
        raise FormatError(unexpected(f"{path}, line {line}", got=got, wanted="JSON")) from error


def _text(path: str) -> str:
    try:
        data = sys.stdin.buffer.read() if path == "-" else Path(path).read_bytes()
        return data.decode("utf-8-sig")
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or str(error)
        raise UnreadableError(unexpected(path, got=reason, wanted="a UTF-8 text file")) from error
