"""Compares networks with the lips of real people.

`python3 -m training.evaluate_lips FOLDER MODEL.npz ... [--only NAME ...]`

FOLDER holds what `measure-lips.ts` wrote. Prints mean Pearson correlations of opening and width: in step with the
file's sound, at the best lag within ±3 frames of each clip (an unrelated voice gives about 0.1), and at the one
lag that is best for all clips together.
"""

import argparse
import json
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import torch

from . import model
from .evaluate import ANSWER_RATE, correlation, predict
from .features import log_mel
from .targets import OPENING, WIDTH

LAGS = range(-3, 4)
"""Frames by which the lips move later than the network says."""


@dataclass(frozen=True)
class Clip:
    name: str
    features: np.ndarray
    frame_rate: float
    opening: np.ndarray
    width: np.ndarray


def load_clip(path: Path) -> Clip:
    lips = json.loads(path.read_text())
    samples = np.fromfile(path.with_suffix(".f32"), "<f4")
    opening, width = (np.array([np.nan if v is None else v for v in lips[name]]) for name in ("opening", "width"))
    return Clip(path.stem, log_mel(samples), lips["frameRate"], opening, width)


def correlations(predicted: np.ndarray, measured: np.ndarray, frame_rate: float) -> np.ndarray:
    """One for each of `LAGS`. A frame shows the mean of what the network says over its time."""
    frames = np.arange(len(measured))
    seen = ~np.isnan(measured)
    shutter = (np.arange(5) - 2) / 5
    found = []
    for lag in LAGS:
        at = (frames[:, None] - lag + shutter) / frame_rate * ANSWER_RATE
        shown = np.interp(at, np.arange(len(predicted)), predicted).mean(1)
        found.append(correlation(shown[seen], measured[seen]))
    return np.array(found)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", type=Path)
    parser.add_argument("models", type=Path, nargs="+")
    parser.add_argument("--only", nargs="*", help="names of clips, without ending")
    parser.add_argument("--each", action="store_true", help="print every clip")
    arguments = parser.parse_args()
    torch.set_num_threads(1)
    paths = [p for p in sorted(arguments.folder.glob("*.json")) if not arguments.only or p.stem in arguments.only]
    clips = [load_clip(path) for path in paths]
    in_step = LAGS.index(0)
    print("| model | opening in step | best each | best common (lag) | width in step | best each | best common (lag) |")
    for path in arguments.models:
        network = model.load(path)
        answers = [predict(network, clip.features) for clip in clips]
        cells = []
        for channel, name in ((OPENING, "opening"), (WIDTH, "width")):
            rows = np.array(
                [correlations(a[:, channel], getattr(c, name), c.frame_rate) for a, c in zip(answers, clips)]
            )
            common = int(rows.mean(0).argmax())
            cells += [f"{rows[:, in_step].mean():.3f}", f"{rows.max(1).mean():.3f}"]
            cells += [f"{rows.mean(0)[common]:.3f} ({LAGS[common]:+d})"]
            if arguments.each:
                for clip, row in zip(clips, rows):
                    print(f"  {clip.name} {name}: " + " ".join(f"{value:.2f}" for value in row))
        print(f"| {path.stem} | {' | '.join(cells)} |", flush=True)


if __name__ == "__main__":
    main()
