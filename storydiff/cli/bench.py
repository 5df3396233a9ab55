"""``storydiff bench``: how often each kind of finding is right."""

from __future__ import annotations

import argparse
import json
from pathlib import Path

from pydantic import ValidationError

from storydiff.cli import output
from storydiff.cli.messages import log, progress
from storydiff.errors import FormatError, OptionError, UnreadableError, unexpected
from storydiff.rates import Published, as_text


def bench(options: argparse.Namespace) -> None:
    """Measure on our own stories, or on gold stories of the user's."""
    from storydiff.encoding import load_encoder
    from storydiff.evaluation.bench import measure, own_stories, report_of
    from storydiff.evaluation.gold import read_gold
    from storydiff.pipeline import Pipeline, matcher_for

    check(options)
    rates = _kept(options.publish) if options.publish else Published()
    name = options.name or ""
    gold = read_gold(Path(options.gold), name=name) if options.gold else own_stories()
    encoder = load_encoder(options.model)
    matcher = matcher_for(encoder, calibration=options.calibration)
    pipeline = Pipeline(encoder=encoder, matcher=matcher)
    with progress(options) as tell:
        measured = measure(gold, pipeline, progress=tell)
    output.write_text(report_of(measured), None)
    if options.json:
        text = json.dumps(measured.model_dump(mode="json"), indent=1, ensure_ascii=False)
        output.write_text(text + "\n", options.json)
    if options.publish:
        column = "held_out" if options.held_out else "own"
        published = rates.model_copy(update={column: measured})
        output.write_text(as_text(published), options.publish)
        log.info("column %s of %s written", column, options.publish)


def check(options: argparse.Namespace) -> None:
    """Raise `OptionError` for options that do not go together, before anything is computed."""
    if options.name and not options.gold:
        raise OptionError("--name: got it without --gold, wanted both: our own stories have a name")
    if options.held_out and not (options.gold and options.publish):
        raise OptionError("--held-out: got it alone, wanted --gold and --publish beside it")
    if options.publish and options.gold and not options.held_out:
        wanted = "--held-out beside it, or no --gold"
        raise OptionError(f"--publish: got it with --gold, wanted {wanted}")
    if options.held_out and not options.name:
        raise OptionError("--held-out: got no --name, wanted the public name of the stories")


def _kept(path: str) -> Published:
    """The rates that a file holds, the other column of which is kept."""
    if not Path(path).exists():
        return Published()
    try:
        return Published.model_validate_json(Path(path).read_bytes())
    except OSError as error:
        raise UnreadableError(unexpected(path, got=error.strerror, wanted="a file")) from error
    except ValidationError as error:
        first = error.errors(include_url=False)[0]
        raise FormatError(unexpected(path, got=first["msg"], wanted="published rates")) from error
