"""Train the adapter of the default encoder for late interaction.

    python -m benchmarks.train_encoder --gold DIR --out FILE [--fold K | --test DIR] [--seed N]

Without ``--fold`` it learns from every story of DIR and writes the adapter that
the package ships; with it, from all but the stories of fold K (of five,
stratified by domain, seed 13), and says how well it does on those. ``--test``
names other gold stories to report on, never to learn from. One core, no GPU.
"""

from __future__ import annotations

import argparse
import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict, replace
from pathlib import Path

import torch

from benchmarks.training.encoder import Encoder, load_state
from benchmarks.training.fitting import Material, Recipe, figures, fit, materials, scores
from benchmarks.training.stories import folds_of, read_stories
from storydiff.encoding.adapter import PLACES, Adapter, write_adapter
from storydiff.encoding.weights import WEIGHTS_SHA256, default_folder

FOLDS = 5


def adapter_of(encoder: Encoder) -> Adapter:
    """The trained deltas under the names of the base tensors."""
    pairs = {}
    for name, b in encoder.deltas.items():
        layer, place, side = name.split("_")
        if side == "B":
            a = encoder.deltas[f"{layer}_{place}_A"]
            base = f"encoder.layer.{layer}.{PLACES[place]}.weight"
            pairs[base] = (a.detach().numpy(), b.detach().numpy())
    return Adapter(WEIGHTS_SHA256, 1.0, pairs)


def tell(name: str, encoder: Encoder, stories: Mapping[str, Material]) -> None:
    """Print the figures of some stories as one JSON line a domain."""
    found = scores(encoder, stories)
    for domain in sorted({one.story.domain for one in stories.values()}):
        part = {k: v for k, v in found.items() if stories[k].story.domain == domain}
        print(json.dumps({"set": name, "domain": domain, **figures(part)}), flush=True)


def main(arguments: Sequence[str] | None = None) -> None:
    """Read the options, train, write, report."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0] if __doc__ else None)
    parser.add_argument("--gold", type=Path, required=True, help="folder of gold stories")
    parser.add_argument("--out", type=Path, required=True, help="adapter file to write")
    parser.add_argument("--fold", type=int, choices=range(FOLDS), help="leave this fold out")
    parser.add_argument("--test", type=Path, help="other gold stories, to report on only")
    parser.add_argument("--seed", type=int, default=Recipe.seed)
    options = parser.parse_args(arguments)

    torch.set_num_threads(1)
    torch.manual_seed(options.seed)
    recipe = replace(Recipe(), seed=options.seed)
    folder = default_folder()
    state = load_state(folder / "model.safetensors")
    encoder = Encoder(state, first=recipe.first, rank=recipe.rank)
    stories = materials(read_stories(options.gold), encoder, folder)
    fold = folds_of(stories, folds=FOLDS)
    held = {k: v for k, v in stories.items() if fold[k] == options.fold}
    tests = {"fold": held} if held else {}
    if options.test:
        tests["test"] = materials(read_stories(options.test), encoder, folder)
    for name, part in tests.items():
        tell(f"{name}, untrained", encoder, part)
    fit(recipe, encoder, {k: v for k, v in stories.items() if k not in held}, report=print)
    for name, part in tests.items():
        tell(f"{name}, trained", encoder, part)
    about = {"recipe": asdict(recipe), "stories": len(stories) - len(held)}
    print(write_adapter(options.out, adapter_of(encoder), about=about), options.out)


if __name__ == "__main__":
    main()
