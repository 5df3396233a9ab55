"""Train the adapter of an encoder for late interaction.

    python -m benchmarks.train_encoder --gold DIR --out FILE [--model FOLDER]
        [--fold K | --test DIR] [--seed N]

The model is the default one, or a folder with all-mpnet-base-v2 as it was published.
Without ``--fold`` it learns from every story of DIR and writes the adapter that
the package ships; with it, from all but the stories of fold K (of five,
stratified by domain, seed 13), and says how well it does on those. ``--test``
names other gold stories to report on, never to learn from. One core, no GPU.
"""

from __future__ import annotations

import argparse
import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from pathlib import Path

import torch

from benchmarks.training.encoder import Encoder, load_state
from benchmarks.training.fitting import Learning, Material, Recipe, figures, fit, materials, scores
from benchmarks.training.mpnet import LAYERS, MPNetEncoder
from benchmarks.training.stories import folds_of, read_stories
from storydiff.encoding.adapter import FAMILIES, Adapter, write_adapter
from storydiff.encoding.weights import WEIGHTS_SHA256, default_folder, sha256_of

FOLDS = 5


@dataclass(frozen=True)
class Learner:
    """What is trained: an encoder, where its base lies, and what the two are.

    Attributes:
        rate: learning rate; the larger model wants a lower one (design note 0100).
        layers: how many layers are run; None for all of them.
    """

    encoder: Learning
    folder: Path
    base: str
    family: str
    rate: float
    layers: int | None = None


def learner(model: Path | None, *, recipe: Recipe) -> Learner:
    """The default model, or that of a folder, with untrained deltas."""
    folder = model or default_folder()
    base = sha256_of(folder / "model.safetensors")
    family = json.loads((folder / "config.json").read_text(encoding="utf-8")).get("model_type")
    if family == "bert":
        state = load_state(folder / "model.safetensors")
        encoder = Encoder(state, first=recipe.first, rank=recipe.rank)
        return Learner(encoder, folder, base, family, recipe.rate)
    if family == "mpnet":
        large = MPNetEncoder.of(folder, rank=recipe.rank)
        return Learner(large, folder, base, family, 1e-3, LAYERS)
    raise SystemExit(f"{folder}: got a model of type {family}, wanted bert or mpnet")


def adapter_of(
    encoder: Learning,
    *,
    base: str = WEIGHTS_SHA256,
    family: str = "bert",
    layers: int | None = None,
) -> Adapter:
    """The trained deltas under the names of the base tensors."""
    pairs = {}
    for name, b in encoder.deltas.items():
        layer, place, side = name.split("_")
        if side == "B":
            a = encoder.deltas[f"{layer}_{place}_A"]
            tensor = f"encoder.layer.{layer}.{FAMILIES[family][place]}.weight"
            pairs[tensor] = (a.detach().numpy(), b.detach().numpy())
    return Adapter(base, 1.0, pairs, family, layers)


def tell(name: str, encoder: Learning, stories: Mapping[str, Material]) -> None:
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
    parser.add_argument("--model", type=Path, help="folder of all-mpnet-base-v2; default: ours")
    parser.add_argument("--fold", type=int, choices=range(FOLDS), help="leave this fold out")
    parser.add_argument("--test", type=Path, help="other gold stories, to report on only")
    parser.add_argument("--seed", type=int, default=Recipe.seed)
    options = parser.parse_args(arguments)

    torch.set_num_threads(1)
    torch.manual_seed(options.seed)
    one = learner(options.model, recipe=(recipe := replace(Recipe(), seed=options.seed)))
    recipe, encoder, folder = replace(recipe, rate=one.rate), one.encoder, one.folder
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
    adapter = adapter_of(encoder, base=one.base, family=one.family, layers=one.layers)
    print(write_adapter(options.out, adapter, about=about), options.out)


if __name__ == "__main__":
    main()
