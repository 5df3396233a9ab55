"""``storydiff many``: a folder of stories, each compared by itself, one file of results each."""

from __future__ import annotations

import argparse
from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path

from storydiff.cli import output
from storydiff.cli.messages import counting, log
from storydiff.datatypes import Report
from storydiff.errors import InputError, UnreadableError, unexpected
from storydiff.limits import Limits

ENDINGS = (".json", ".jsonl", ".csv")
"""Files that hold a whole story; every other file beside them is left aside."""

_WANTED = f"folder of reports or file ending in {', '.join(ENDINGS)}"

FIRST = 5
"""How many of the stories that failed the last message names; each was told when it failed."""

WHOLE = tuple(name for name, kind in output.FORMATS.items() if kind.endings and not kind.folder)
"""Formats of which a story is one file."""


def many(options: argparse.Namespace) -> None:
    """Compare each story of a folder; those whose result is there already are passed over.

    Raises `InputError` in the end if a story failed; the others are done by then.
    """
    from storydiff.exporting.files import write_folder
    from storydiff.many import compare_many
    from storydiff.pipeline import pipeline_for
    from storydiff.reading.files import shown

    stories = stories_of(Path(options.folder))
    kind = output.FORMATS[options.format]
    target = {key: Path(options.output) / f"{key}{kind.endings[0]}" for key in stories}
    done = [] if options.again else [key for key in stories if target[key].exists()]
    pipeline = pipeline_for(
        model=options.model,
        annotate=not options.no_annotate,
        calibration=options.calibration,
        neighbours=options.neighbours,
        cache=options.cache or not options.no_cache,
        limits=Limits.of(options.limit),
    )
    write_folder(options.output, {})
    log.info("%d stories, %d of them done before", len(stories), len(done))
    failed = []
    with counting(options, [shown(key) for key in stories]) as tell:
        for outcome in compare_many(stories, pipeline=pipeline, done=done, workers=options.workers):
            name = shown(outcome.key)
            if outcome.comparison is None:
                failed.append(name)
                log.warning("%s: failed: %s", name, outcome.error)
            else:
                output.write_text(kind.write(outcome.comparison), str(target[outcome.key]))
                log.info("%s: %d links", name, len(outcome.comparison.links))
            tell(name)
    if failed:
        first = ", ".join(failed[:FIRST]) + (", …" if len(failed) > FIRST else "")
        raise InputError(f"{len(failed)} of {len(stories)} stories failed: {first}")


def stories_of(folder: Path) -> dict[str, Callable[[], Sequence[Report]]]:
    """What reads each story of a folder, by the story's name.

    A story is a folder of reports, or a file that ends in one of `ENDINGS`; its
    name is that of the folder, or of the file without its ending. Hidden names
    are left out.

    Raises `UnreadableError` if there is no story, or two of one name.
    """
    from storydiff.reading.files import entries, shown

    found: dict[str, Path] = {}
    for path in entries(folder):
        if not path.is_dir() and path.suffix.lower() not in ENDINGS:
            log.warning("note: %s: left aside, no %s", shown(path), _WANTED)
            continue
        key = path.name if path.is_dir() else path.stem
        if key in found:
            got = f"{shown(found[key].name)} and {shown(path.name)}"
            wanted = "names that differ before their endings, since results are named after them"
            raise UnreadableError(unexpected(shown(folder), got=got, wanted=wanted))
        found[key] = path
    if not found:
        raise UnreadableError(unexpected(shown(folder), got="no story", wanted=f"a {_WANTED}"))
    return {key: partial(reports_at, path) for key, path in found.items()}


def reports_at(path: Path) -> tuple[Report, ...]:
    """The reports of one story; all of them, or none.

    Raises `InputError` if one cannot be read: in a long run nobody would see that
    a story was compared without it.
    """
    from storydiff.reading import read

    return read([path], strict=True).reports
