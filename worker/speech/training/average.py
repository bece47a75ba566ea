"""Averages the weights of runs that started from the same network (model soups, Wortsman and others 2022).

`python3 -m training.average DATA OUT.npz MODEL.npz MODEL.npz ...`
"""

import argparse
from pathlib import Path

import torch
from torch import nn

from . import model
from .dataset import Crops, load_examples
from .train import BATCH, CROP_FRAMES, disturb

STATISTICS_BATCHES = 40


def average(networks: list[model.MouthNetwork], crops: Crops) -> model.MouthNetwork:
    mean = model.MouthNetwork(networks[0].hidden)
    states = [network.state_dict() for network in networks]
    mean.load_state_dict({name: sum(s[name].double() for s in states) / len(states) for name in states[0]})
    # The statistics of averaged weights aren't the average of the statistics: they are counted anew.
    for layer in mean.modules():
        if isinstance(layer, nn.BatchNorm1d):
            layer.reset_running_stats()
            layer.momentum = None  # type: ignore[assignment]  # means: the plain mean
    mean.train()
    for layer in mean.modules():
        if isinstance(layer, nn.Dropout):
            layer.eval()
    with torch.no_grad():
        for _ in range(STATISTICS_BATCHES):
            mean.logits(disturb(torch.from_numpy(crops.batch(BATCH)[0])))
    return mean.eval()


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("data", type=Path)
    parser.add_argument("out", type=Path)
    parser.add_argument("models", type=Path, nargs="+")
    arguments = parser.parse_args()
    torch.set_num_threads(1)
    torch.manual_seed(0)
    crops = Crops(load_examples(arguments.data, training=True), CROP_FRAMES, seed=0)
    model.save(average([model.load(path) for path in arguments.models], crops), arguments.out)


if __name__ == "__main__":
    main()
