"""Scores networks on synthesised voices and languages that training never heard.

`python3 -m training.evaluate DATA MODEL.npz ...`
"""

import argparse
from collections import Counter
from pathlib import Path

import numpy as np
import torch

from . import model
from .dataset import Example, load_examples
from .phones import BILABIAL, LABIODENTAL
from .targets import CLOSURE, LABIODENTAL_CONTACT, OPENING, SPEECH, WIDTH, segments

ANSWER_RATE = 50
BELIEVED_AT = 0.5
TOLERANCE_SECONDS = 0.04
SAME_CONTACT_SECONDS = 0.015
"""Contacts closer than this are one: "mb" is a single closure."""

Span = tuple[float, float]


def predict(network: model.MouthNetwork, features: np.ndarray) -> np.ndarray:
    """`[frames, 64]` -> `[ceil(frames / 2), 5]`."""
    with torch.no_grad():
        return network(torch.from_numpy(features[None].astype(np.float32)))[0].numpy()


def contacts(example: Example, phones: frozenset[str]) -> list[Span]:
    spans: list[Span] = []
    for start, end, base, _ in segments(example.phones):
        if base in phones:
            if spans and start - spans[-1][1] < SAME_CONTACT_SECONDS:
                start = spans.pop()[0]
            spans.append((start, end))
    return spans


def believed(probability: np.ndarray) -> list[Span]:
    steps = np.diff(np.concatenate([[0], probability > BELIEVED_AT, [0]]).astype(int))
    starts, ends = np.flatnonzero(steps == 1), np.flatnonzero(steps == -1) - 1
    return [(start / ANSWER_RATE, end / ANSWER_RATE) for start, end in zip(starts, ends)]


def match(wanted: list[Span], found: list[Span]) -> "Counter[str]":
    """Pairs whose centres lie within the tolerance, each contact used once."""
    free = [(start + end) / 2 for start, end in found]
    hits = 0
    for start, end in wanted:
        near = min(free, key=lambda centre: abs(centre - (start + end) / 2), default=None)
        if near is not None and abs(near - (start + end) / 2) <= TOLERANCE_SECONDS:
            free.remove(near)
            hits += 1
    return Counter(hits=hits, wanted=len(wanted), found=len(found))


def correlation(values: np.ndarray, wanted: np.ndarray) -> float:
    if len(values) < 2 or values.std() < 1e-6 or wanted.std() < 1e-6:
        return 0.0
    return float(np.corrcoef(values, wanted)[0, 1])


def score(network: model.MouthNetwork, examples: list[Example]) -> str:
    """The cells of a table's row, from opening to the number of contacts."""
    openings: list[float] = []
    widths: list[float] = []
    closures: Counter[str] = Counter()
    labiodentals: Counter[str] = Counter()
    for example in examples:
        answer = predict(network, example.features)
        wanted = example.targets[::2].astype(np.float32)
        speech = wanted[:, SPEECH] > 0.5
        openings.append(correlation(answer[:, OPENING], wanted[:, OPENING]))
        widths.append(correlation(answer[speech, WIDTH], wanted[speech, WIDTH]))
        closures += match(contacts(example, BILABIAL), believed(answer[:, CLOSURE]))
        labiodentals += match(contacts(example, LABIODENTAL), believed(answer[:, LABIODENTAL_CONTACT]))
    cells = [f"{np.mean(openings):.3f}", f"{np.mean(widths):.3f}"]
    for counts in (closures, labiodentals):
        cells += [f"{counts['hits'] / max(1, counts['wanted']):.3f}", f"{counts['hits'] / max(1, counts['found']):.3f}"]
    return " | ".join(cells + [str(closures["wanted"]), str(labiodentals["wanted"])])


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("data", type=Path)
    parser.add_argument("models", type=Path, nargs="+")
    parser.add_argument("--most", type=int, default=150, help="utterances per split")
    arguments = parser.parse_args()
    torch.set_num_threads(1)
    splits: dict[str, list[Example]] = {}
    for example in load_examples(arguments.data, training=False):
        splits.setdefault(example.split, []).append(example)
    print("| model | test voices | opening r | width r |", end="")
    print(" p b m recall | precision | f v recall | precision | events: p b m | f v |")
    for path in arguments.models:
        network = model.load(path)
        for split, examples in sorted(splits.items()):
            print(f"| {path.stem} | {split} | {score(network, examples[: arguments.most])} |", flush=True)


if __name__ == "__main__":
    main()
