"""The generated data as arrays."""

import json
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from .features import BANDS
from .targets import CHANNELS, make_targets
from .utterance import Phone


@dataclass(frozen=True)
class Example:
    split: str
    language: str
    voice: str
    style: str
    phones: list[Phone]
    features: np.ndarray
    """`[frames, 64] float16`"""
    targets: np.ndarray
    """`[frames, 5] float16`"""


def load_examples(folder: Path, training: bool, sonority: float = 0.0) -> list[Example]:
    """All examples of the training split, or all of the test splits. Raises `FileNotFoundError` when there are none."""
    examples: list[Example] = []
    for description in sorted(folder.glob("chunk-*.json")):
        utterances = json.loads(description.read_text())
        if (utterances[0]["split"] == "train") != training:
            continue
        features = np.load(description.with_suffix(".npz"))["features"]
        targets = _targets(description, utterances, sonority)
        start = 0
        for utterance in utterances:
            end = start + utterance["frames"]
            phones = [Phone(*phone) for phone in utterance["phones"]]
            examples.append(
                Example(
                    split=utterance["split"],
                    language=utterance["language"],
                    voice=utterance["voice"],
                    style=utterance["style"],
                    phones=phones,
                    features=features[start:end],
                    targets=targets[start:end],
                )
            )
            start = end
    if not examples:
        raise FileNotFoundError(f"no data in {folder}: run training.generate first")
    return examples


def _targets(description: Path, utterances: list[dict], sonority: float) -> np.ndarray:
    """Kept beside the features, because making them takes longer than reading them."""
    cache = description.with_suffix(f".targets-{sonority:g}.npy")
    if cache.exists():
        return np.load(cache)
    made = [make_targets([Phone(*p) for p in u["phones"]], u["frames"], sonority) for u in utterances]
    targets = np.concatenate(made).astype(np.float16)
    np.save(cache, targets)
    return targets


class Crops:
    """Random stretches of a fixed length, every frame of the data equally likely."""

    def __init__(self, examples: list[Example], length: int, seed: int) -> None:
        shortest = length // 3
        self._examples = [e for e in examples if len(e.features) >= shortest]
        lengths = np.array([len(e.features) for e in self._examples], np.float64)
        self._cumulative = np.cumsum(lengths / lengths.sum())
        self._length = length
        self._rng = np.random.default_rng(seed)

    def batch(self, size: int) -> tuple[np.ndarray, np.ndarray]:
        """Features `[size, length, 64]` and targets `[size, length, 5]`; short examples stay in their last frame."""
        features = np.empty((size, self._length, BANDS), np.float32)
        targets = np.empty((size, self._length, CHANNELS), np.float32)
        for row, index in enumerate(np.searchsorted(self._cumulative, self._rng.random(size))):
            example = self._examples[min(index, len(self._examples) - 1)]
            start = self._rng.integers(0, max(1, len(example.features) - self._length + 1))
            span = slice(start, start + self._length)
            count = len(example.features[span])
            for target, source in ((features, example.features), (targets, example.targets)):
                target[row, :count] = source[span]
                target[row, count:] = source[-1]
        return features, targets
