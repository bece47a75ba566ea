"""Makes the training and test data: `python3 -m training.generate FOLDER --chunks 12 --utterances 600 --copies 2`.

Writes, per chunk, `NAME.npz` (log-mel features of all utterances in one row, float16) and `NAME.json` (for every
utterance its split, its length in frames and its phones). About 2 hours a chunk.
Finished chunks are kept when it is run again.
"""

import argparse
import functools
import json
import random
import subprocess
import sys
import time
from pathlib import Path

import numpy as np

from . import flite, text
from .augment import augment, clean, no_voice
from .espeak import Espeak
from .features import FRAME_RATE, log_mel
from .utterance import Phone, Utterance
from .voices import choose_manner

ATTEMPTS = 4
TEST_CHUNK = 0
"""Holds only voices and languages that training never hears; all others hold only training voices."""
TEST_SPLITS = ("new voice", "new voice", "new language", "new language", "new style", "new style", "new style")
FLITE_SHARE = 0.14
NO_VOICE_SHARE = 0.04


class Chunk:
    """Collects features until they are written."""

    def __init__(self) -> None:
        self._features: list[np.ndarray] = []
        self._utterances: list[dict] = []

    def add(self, split: str, utterance: Utterance | None, samples: np.ndarray, phones: list[Phone]) -> None:
        features = log_mel(samples).astype(np.float16)
        self._features.append(features)
        self._utterances.append(
            {
                "split": split,
                "language": utterance.language if utterance else "",
                "voice": utterance.voice if utterance else "",
                "style": utterance.style if utterance else "no voice",
                "frames": len(features),
                "phones": [(round(p.start, 4), round(p.end, 4), p.ipa, p.level_db) for p in phones],
            }
        )

    def write(self, stem: Path) -> float:
        """Gives the hours that it holds."""
        np.savez(stem.with_suffix(".npz"), features=np.concatenate(self._features))
        stem.with_suffix(".json").write_text(json.dumps(self._utterances))
        return sum(u["frames"] for u in self._utterances) / FRAME_RATE / 3600


def make_chunk(stem: Path, number: int, utterance_count: int, copies: int, seed: int) -> None:
    choices = random.Random(seed * 1000 + number)
    rng = np.random.default_rng(seed * 1000 + number)
    started = time.monotonic()
    utterances = _speak(number == TEST_CHUNK, utterance_count, choices)
    babble = functools.partial(_babble, [u for _, u in utterances], rng)
    chunk = Chunk()
    for split, utterance in utterances:
        if number != TEST_CHUNK:
            for _ in range(copies):
                chunk.add("train", utterance, *augment(utterance, babble, rng))
        elif split == "new style":
            chunk.add(f"new voice, {utterance.style}", utterance, *augment(utterance, babble, rng))
        else:
            chunk.add(f"{split}, clean", utterance, *clean(utterance))
            chunk.add(f"{split}, noisy", utterance, *augment(utterance, babble, rng))
    if number != TEST_CHUNK:
        for _ in range(int(len(utterances) * copies * NO_VOICE_SHARE)):
            chunk.add("train", None, *no_voice(rng))
    hours = chunk.write(stem)
    print(f"{stem.name}: {len(utterances)} utterances, {hours:.2f} h, {time.monotonic() - started:.0f} s", flush=True)


def _speak(test: bool, count: int, rng: random.Random) -> list[tuple[str, Utterance]]:
    espeak = Espeak()
    corpus = text.load_corpus()
    spoken: list[tuple[str, Utterance]] = []
    while len(spoken) < count:
        if not test and rng.random() < FLITE_SHARE:
            spoken.append(("train", flite.say(text.sentence(corpus, "en-us", rng), rng)))
            continue
        split = rng.choice(TEST_SPLITS) if test else "train"
        manner = choose_manner(split, rng)
        utterance = espeak.say(text.sentence(corpus, manner.language, rng), manner, rng)
        if utterance:
            spoken.append((split, utterance))
    return spoken


def _babble(utterances: list[Utterance], rng: np.random.Generator, length: int) -> np.ndarray:
    """Several at once. At the synthesiser's rate they sound deeper and slower: no harm in a background."""
    talkers = rng.integers(0, len(utterances), rng.integers(2, 5))
    return np.sum([np.resize(utterances[i].samples, length) for i in talkers], 0).astype(np.float32)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--chunks", type=int, default=12)
    parser.add_argument("--utterances", type=int, default=600, help="of a chunk")
    parser.add_argument("--copies", type=int, default=2, help="of every utterance, each differently augmented")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--only", type=int, help="this chunk, in this process")
    arguments = parser.parse_args()
    arguments.folder.mkdir(parents=True, exist_ok=True)
    stems = [arguments.folder / f"chunk-{number:02}" for number in range(arguments.chunks)]
    if arguments.only is not None:
        make_chunk(stems[arguments.only], arguments.only, arguments.utterances, arguments.copies, arguments.seed)
        return
    for number, stem in enumerate(stems):
        if stem.with_suffix(".json").exists():
            continue
        # A child for each, because libespeak-ng 1.51 crashes on a few pairs of language and variant: then that chunk is
        # made again from another seed.
        for attempt in range(ATTEMPTS):
            chunk_arguments = [f"--only={number}", f"--seed={arguments.seed + 100 * attempt}"]
            command = [sys.executable, "-m", "training.generate", *sys.argv[1:], *chunk_arguments]
            if subprocess.run(command).returncode == 0:
                break
        else:
            raise SystemExit(f"{stem} failed {ATTEMPTS} times")


if __name__ == "__main__":
    main()
