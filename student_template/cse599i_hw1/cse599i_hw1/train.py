"""Trains the language models of parts 8b, 8c and 8d and writes what is handed in. Given; cse599i-hw1.

    python -m cse599i_hw1.train 8b                    the small corpus, on a laptop
    python -m cse599i_hw1.train 8b --corpus wikitext-2 --data FOLDER    with train.txt, valid.txt and test.txt in FOLDER

Run it in the folder that holds `cse599i_hw1/`. After every epoch it leaves state.pt beside the results, and goes on
from there when it is started again; delete that file to begin anew.
"""

import argparse
import csv
import json
import math
import os
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import NamedTuple

import numpy as np
import torch
from rich.console import Console
from rich.progress import track
from safetensors.torch import save_file
from torch import Tensor, nn

from .corpus import Corpus, blocks, read_corpus
from .transformer import Transformer

CLIP = 0.25  # largest norm of a step's gradient


class Config(NamedTuple):
    """What a part asks for on one corpus, and how it is trained.

    The learning rate rises in a straight line over the first epoch, from `first` to `rate`, and falls in one to nothing
    over the last `fall` epochs.
    """

    layers: int
    heads: int
    d: int
    k: int
    m: int
    context: int
    batch: int
    epochs: int
    first: float
    rate: float
    dropout: float = 0.0
    dropoutio: float = 0.0
    fall: int = 0


SMALL = {"context": 64, "batch": 16, "first": 0.0}
LARGE = {"d": 400, "k": 40, "m": 900, "context": 150, "batch": 32, "first": 1e-4, "rate": 3.5e-4}
DEEP = {"layers": 16, "heads": 10}
SOFT = {"epochs": 80, "dropout": 0.2, "dropoutio": 0.6, "fall": 16}
CONFIGS = {
    ("mini", "8b"): Config(layers=2, heads=2, d=64, k=32, m=128, epochs=10, rate=2e-3, **SMALL),
    ("mini", "8c"): Config(**DEEP, d=40, k=4, m=80, epochs=10, rate=1e-3, **SMALL),
    ("mini", "8d"): Config(**DEEP, d=40, k=4, m=80, rate=1e-3, **SOFT, **SMALL),
    ("wikitext-2", "8b"): Config(layers=2, heads=2, epochs=10, **LARGE),
    ("wikitext-2", "8c"): Config(**DEEP, epochs=10, **LARGE),
    ("wikitext-2", "8d"): Config(**DEEP, **SOFT, **LARGE),
}


def build(config: Config, tokens: int) -> Transformer:
    """A new model of this configuration over so many different tokens, its output tied to its embeddings."""
    return Transformer(
        config.context,
        tokens,
        config.d,
        config.k,
        config.m,
        config.heads,
        config.layers,
        tied_weights=True,
        dropout=config.dropout,
        dropoutio=config.dropoutio,
    )


def block_nll(model: nn.Module, tokens: np.ndarray, context: int, batch: int = 32) -> np.ndarray:
    """Mean -log p of the targets of every block of a text, in nats (B,), in evaluation mode."""
    inputs, targets = blocks(tokens, context)
    device = next(model.parameters()).device
    model.eval()
    found = []
    with torch.no_grad():
        for start in range(0, len(inputs), batch):
            x, y = (torch.from_numpy(part[start : start + batch]).T.to(device) for part in (inputs, targets))
            found.append(-model(x).gather(-1, y[..., None])[..., 0].mean(dim=0))
    return torch.cat(found).double().cpu().numpy()


def batches(tokens: np.ndarray, config: Config, generator: torch.Generator) -> list[tuple[Tensor, Tensor]]:
    """The blocks of a text in a random order, as (inputs, targets) of shape (context, batch)."""
    inputs, targets = (torch.from_numpy(part.copy()) for part in blocks(tokens, config.context))
    order = torch.randperm(len(inputs), generator=generator).split(config.batch)
    return [(inputs[chosen].T, targets[chosen].T) for chosen in order]


def rate_at(config: Config, step: int, steps: int) -> float:
    """The learning rate of a step, counted from 0; an epoch has `steps`."""
    risen = config.first + (config.rate - config.first) * min(1.0, (step + 1) / steps)
    left = config.epochs * steps - step
    return risen * min(1.0, left / (config.fall * steps)) if config.fall else risen


def train_epoch(
    model: nn.Module,
    optimizer: torch.optim.Optimizer,
    config: Config,
    pairs: Iterable[tuple[Tensor, Tensor]],
    rates: Iterator[float],
) -> float:
    """One epoch of training; gives the mean -log p over its targets, in training mode as the model went along."""
    device = next(model.parameters()).device
    model.train()
    total, count = 0.0, 0
    for x, y in pairs:
        for group in optimizer.param_groups:
            group["lr"] = next(rates)
        loss = -model(x.to(device)).gather(-1, y.to(device)[..., None]).mean()
        optimizer.zero_grad(set_to_none=True)
        loss.backward()
        nn.utils.clip_grad_norm_(model.parameters(), CLIP)
        optimizer.step()
        total, count = total + loss.item() * y.numel(), count + y.numel()
    return total / count


def train(corpus: Corpus, config: Config, seed: int, folder: Path, device: str, console: Console) -> Transformer:
    """The model of the epoch that did best on the validation text; state.pt in `folder` keeps how far it came."""
    torch.manual_seed(seed)
    model = build(config, corpus.tokens).to(device)
    optimizer = torch.optim.Adam(model.parameters())
    state = {"epoch": 0, "log": [], "best": math.inf, "weights": None}
    place = folder / "state.pt"
    if place.is_file():
        state = torch.load(place, map_location=device, weights_only=True)
        model.load_state_dict(state.pop("model"))
        optimizer.load_state_dict(state.pop("optimizer"))
        console.print(f"going on after epoch {state['epoch']} of {config.epochs}, from {place}")
    for epoch in range(state["epoch"], config.epochs):
        torch.manual_seed(seed * 1009 + epoch + 1)  # dropout; an epoch is the same whether or not it was resumed
        pairs = batches(corpus.train, config, torch.Generator().manual_seed(seed * 1009 + epoch + 1))
        steps = len(pairs)
        rates = (rate_at(config, epoch * steps + step, steps) for step in range(steps))
        shown = track(pairs, f"epoch {epoch + 1} of {config.epochs}", console=console, transient=True)
        trained = train_epoch(model, optimizer, config, shown, rates)
        valid = float(block_nll(model, corpus.valid, config.context).mean())
        console.print(f"epoch {epoch + 1}: training {trained:.4f}, validation {valid:.4f} nats per token")
        state["log"] = [*state["log"], [epoch + 1, trained, valid]]
        if valid < state["best"]:
            weights = {name: value.detach().cpu().clone() for name, value in model.state_dict().items()}
            state |= {"best": valid, "weights": weights}
        state["epoch"] = epoch + 1
        _keep(place, state | {"model": model.state_dict(), "optimizer": optimizer.state_dict()})
    model.load_state_dict(state["weights"])
    _write_log(folder / "log.csv", state["log"])
    return model


def report(model: Transformer, corpus: Corpus, config: Config, named: dict, folder: Path) -> dict:
    """Writes model.safetensors in float16, block_nll.npy and report.json; all numbers are those of the rounded weights.

    `named` holds the corpus's name and the seed. Gives what the report says.
    """
    rounded = {name: value.detach().cpu().half().contiguous() for name, value in model.state_dict().items()}
    save_file(rounded, folder / "model.safetensors")
    model.load_state_dict({name: value.float() for name, value in rounded.items()})
    test = block_nll(model, corpus.test, config.context).astype(np.float32)
    np.save(folder / "block_nll.npy", test)
    sizes = {key: getattr(config, key) for key in ("layers", "heads", "d", "k", "m", "context")}
    found = {
        "corpus": named["corpus"],
        **sizes,
        "tied": True,
        "dropout": config.dropout,
        "dropoutio": config.dropoutio,
        "epochs": config.epochs,
        "seed": named["seed"],
        "test_loglik": -float(test.mean(dtype=np.float64)),
        "valid_loglik": -float(block_nll(model, corpus.valid, config.context).mean()),
    }
    (folder / "report.json").write_text(json.dumps(found, indent=2) + "\n", encoding="utf-8")
    return found


def main(words: list[str] | None = None) -> None:
    """The command: trains, or goes on training, and writes artifacts/PART beside this file."""
    here = Path(__file__).parent
    parser = argparse.ArgumentParser(description="Train a language model and write what is handed in.")
    parser.add_argument("part", choices=["8b", "8c", "8d"])
    parser.add_argument("--corpus", choices=["mini", "wikitext-2"], default="mini")
    parser.add_argument("--data", type=Path, help="the folder of the corpus (default: data/CORPUS)")
    parser.add_argument("--out", type=Path, help="where to write (default: artifacts/PART)")
    parser.add_argument("--epochs", type=int, help="fewer epochs than the part allows")
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--device", default="cuda" if torch.cuda.is_available() else "cpu")
    chosen = parser.parse_args(words)
    folder = chosen.out or here / "artifacts" / chosen.part
    folder.mkdir(parents=True, exist_ok=True)
    corpus = read_corpus(chosen.data or here / "data" / chosen.corpus)
    config = CONFIGS[chosen.corpus, chosen.part]
    if chosen.epochs is not None:
        if not 1 <= chosen.epochs <= config.epochs:
            parser.error(f"--epochs {chosen.epochs}: part {chosen.part} allows 1 to {config.epochs}")
        config = config._replace(epochs=chosen.epochs)
    console = Console()
    model = train(corpus, config, chosen.seed, folder, chosen.device, console)
    found = report(model, corpus, config, {"corpus": chosen.corpus, "seed": chosen.seed}, folder)
    per_token = found["test_loglik"]
    console.print(f"test log-likelihood {per_token:.4f} nats per token, perplexity {math.exp(-per_token):.2f}")
    console.print(f"written to {folder}")


def _keep(place: Path, state: dict) -> None:
    """Writes the state so that an interruption leaves the one before."""
    beside = place.with_suffix(".new")
    torch.save(state, beside)
    os.replace(beside, place)


def _write_log(place: Path, rows: list) -> None:
    with place.open("w", encoding="utf-8", newline="") as f:
        table = csv.writer(f)
        table.writerow(["epoch", "train_nll", "valid_nll"])
        table.writerows(rows)


if __name__ == "__main__":
    main()
