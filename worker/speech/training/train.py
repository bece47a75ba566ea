"""Trains the mouth network.

`python3 -m training.train DATA OUT.npz [--start EARLIER.npz] [--steps 8000] [--loss contacts]`
"""

import argparse
import math
import time
from pathlib import Path

import torch
import torch.nn.functional as F
from torch import Tensor

from . import model
from .dataset import Crops, load_examples
from .losses import LOSSES, loss

BATCH = 32
CROP_FRAMES = 320
WARM_UP_STEPS = 100
LARGEST_GRADIENT = 2.0
WEIGHT_DECAY = 1e-2
LOWEST_RATE = 1e-5
LOG_EVERY = 250
SAVE_EVERY = 1000
"""Steps; a long run that is cut off isn't lost."""


def disturb(features: Tensor) -> Tensor:
    """Gain, colour, a shift of up to two mel bands (another vocal tract), and holes in frequency and time.

    `[batch, time, 64]`; the holes are those of SpecAugment (Park and others 2019).
    """
    batch, length, bands = features.shape
    colour = F.interpolate(torch.randn(batch, 1, 9) * 0.7, bands, mode="linear", align_corners=True)
    features = features + torch.randn(batch, 1, 1) + colour
    for row in features:
        shift = int(torch.randint(-2, 3, ()))
        if shift > 0:
            row[:, shift:] = row[:, :-shift].clone()
        elif shift < 0:
            row[:, :shift] = row[:, -shift:].clone()
        mean = row.mean()
        for _ in range(2):
            if torch.rand(()) < 0.5:
                size = int(torch.randint(1, 10, ()))
                first = int(torch.randint(0, bands - size, ()))
                row[:, first : first + size] = mean
        if torch.rand(()) < 0.3:
            size = int(torch.randint(3, 15, ()))
            first = int(torch.randint(0, length - size, ()))
            row[first : first + size] = mean
    return features


def train(arguments: argparse.Namespace) -> model.MouthNetwork:
    torch.manual_seed(arguments.seed)
    examples = load_examples(arguments.data, training=True, sonority=arguments.sonority)
    frames = sum(len(e.features) for e in examples)
    print(f"{len(examples)} utterances, {frames / 360_000:.1f} h", flush=True)
    crops = Crops(examples, CROP_FRAMES, arguments.seed)
    network = model.load(arguments.start) if arguments.start else model.MouthNetwork()
    network.train()
    optimiser = torch.optim.AdamW(network.parameters(), arguments.rate, weight_decay=WEIGHT_DECAY)
    weights = LOSSES[arguments.loss]
    smoothed: float | None = None
    started = time.monotonic()
    for step in range(arguments.steps):
        cosine = 0.5 + 0.5 * math.cos(math.pi * step / arguments.steps)
        for group in optimiser.param_groups:
            group["lr"] = arguments.rate * min(1, (step + 1) / WARM_UP_STEPS) * cosine + LOWEST_RATE
        features, targets = (torch.from_numpy(array) for array in crops.batch(BATCH))
        mistake = loss(network.logits(disturb(features)), targets[:, ::2], weights)
        optimiser.zero_grad()
        mistake.backward()
        torch.nn.utils.clip_grad_norm_(network.parameters(), LARGEST_GRADIENT)
        optimiser.step()
        latest = mistake.item()
        smoothed = latest if smoothed is None else 0.98 * smoothed + 0.02 * latest
        if (step + 1) % LOG_EVERY == 0:
            print(f"{step + 1} {time.monotonic() - started:.0f} s, loss {smoothed:.4f}", flush=True)
        if (step + 1) % SAVE_EVERY == 0:
            model.save(network, arguments.out)
    print(f"{arguments.steps} steps, {arguments.steps * BATCH * CROP_FRAMES / frames:.1f} epochs", flush=True)
    return network.eval()


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("data", type=Path)
    parser.add_argument("out", type=Path)
    parser.add_argument("--start", type=Path, help="continue from these weights")
    parser.add_argument("--steps", type=int, default=30_000)
    parser.add_argument("--rate", type=float, default=2e-3)
    parser.add_argument("--loss", choices=sorted(LOSSES), default="base")
    parser.add_argument("--sonority", type=float, default=0.0)
    parser.add_argument("--threads", type=int, default=1)
    parser.add_argument("--seed", type=int, default=0)
    arguments = parser.parse_args()
    torch.set_num_threads(arguments.threads)
    model.save(train(arguments), arguments.out)


if __name__ == "__main__":
    main()
