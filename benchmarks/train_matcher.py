"""Learn the weights of the matcher from gold stories.

    python -m benchmarks.train_matcher --gold TRAIN [--dev DEV]
        [--fold-adapters DIR] [--model FOLDER] [--out FILE]

Everything is chosen by cross-validation over the stories of TRAIN; the figures
of DEV are only reported. Stories go through the very rooms that a comparison
uses, so what is learnt is what is used. Fits are by Newton's method without
randomness: the same stories give the same weights.

Stories are dealt to five folds as ``benchmarks.train_encoder`` deals them.
``--fold-adapters`` is a folder with an adapter for each fold (``fold0.safetensors``
…, from ``benchmarks.train_encoder --fold``) that was trained without that fold's
stories, so that the features of every story come from a model that never saw it.
Without it, figures are too high wherever the shipped adapter has seen the stories.
``--model`` is a folder with all-mpnet-base-v2 as it was published, for weights of its own.
"""

from __future__ import annotations

import argparse
import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from benchmarks.matcher_figures import report
from benchmarks.training.stories import folds_of
from storydiff.encoding import load_encoder, vectors_of
from storydiff.encoding.adapter import merge_into, read_adapter
from storydiff.encoding.weights import default_folder, sha256_of
from storydiff.evaluation.calibrating import FOLDS, learn, mean_token, prepare
from storydiff.evaluation.gold import read_gold
from storydiff.pipeline import Pipeline
from storydiff.protocols import Encoder
from storydiff.scoring import Weights

OUT = Path(__file__).parents[1] / "storydiff" / "data" / "matcher.json"


def main(arguments: Sequence[str] | None = None) -> int:
    """Train, print the figures, write the weights."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--gold", type=Path, required=True, help="the stories to learn from")
    parser.add_argument("--dev", type=Path, help="stories to report figures of")
    parser.add_argument("--fold-adapters", type=Path, help="folder with an adapter for each fold")
    parser.add_argument("--model", type=Path, help="folder of another model that has an adapter")
    parser.add_argument("--out", type=Path, default=OUT)
    options = parser.parse_args(arguments)
    # Not rounded to eight bits: the same on every processor.
    shipped = load_encoder(str(options.model) if options.model else None, precision="fp32")
    base = options.model or default_folder()
    with TemporaryDirectory() as folder:
        adapters = options.fold_adapters
        models = merged_models(base, adapters, Path(folder)) if adapters else {}
        weights, figures = run(options.gold, options.dev, shipped, models)
    print(json.dumps(figures, indent=1))
    options.out.write_text(weights.as_text(), encoding="utf-8")
    return 0


def merged_models(base: Path, adapters: Path, folder: Path) -> dict[int, Encoder]:
    """A base model with the adapter of each fold, saved to a folder and loaded from it."""
    from sentence_transformers import SentenceTransformer

    out: dict[int, Encoder] = {}
    for fold in range(FOLDS):
        model = SentenceTransformer(str(base), device="cpu")
        adapter = read_adapter(adapters / f"fold{fold}.safetensors")
        merge_into(model[0].auto_model, adapter, base=sha256_of(base / "model.safetensors"))
        model.save(str(folder / f"fold{fold}"))
        out[fold] = load_encoder(str(folder / f"fold{fold}"))
    return out


def run(
    gold: Path, dev: Path | None, encoder: Encoder, models: Mapping[int, Encoder]
) -> tuple[Weights, dict[str, Any]]:
    """Stories through the rooms, and what is learnt from them."""
    stories, shipped = read_gold(gold).stories, Pipeline(encoder=encoder)
    pipelines = {fold: Pipeline(encoder=model) for fold, model in models.items()}
    dealt = folds_of([g.id for g in stories], folds=FOLDS)
    train = [
        prepare(g, dealt[g.id], pipelines.get(dealt[g.id], shipped), pool=True) for g in stories
    ]
    seen = [prepare(g, -1, shipped) for g in stories] if models else train
    unseen = [prepare(g, -1, shipped) for g in read_gold(dev).stories] if dev else []
    means = {k: mean_token([e for e in train if e.fold == k]) for k in set(dealt.values())}
    learnt = learn(
        train, unseen, means={**means, -1: mean_token(seen)}, encoder=vectors_of(shipped.encoder)
    )
    examples, second = [*train, *unseen], learnt.second
    same_from = learnt.weights.same_probability
    return learnt.weights, {
        "first": report(learnt.first.table, examples, learnt.first.probabilities),
        "second": report(
            second.table, examples, second.probabilities, same_p=learnt.same, same_from=same_from
        ),
        "pairs, F1 of statements and of propositions at one threshold": learnt.text_f1,
        "pairs": report(learnt.pairs.table, examples, learnt.pairs.probabilities),
    }


if __name__ == "__main__":
    raise SystemExit(main())
