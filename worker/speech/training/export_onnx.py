"""Writes the file that the worker loads: `python3 -m training.export_onnx MODEL.npz ../speech/model/mouth.onnx`."""

import argparse
from pathlib import Path

import torch

from . import model
from .features import BANDS

OPSET = 13


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("weights", type=Path)
    parser.add_argument("out", type=Path)
    arguments = parser.parse_args()
    torch.onnx.export(
        model.load(arguments.weights),
        torch.zeros(1, 300, BANDS),
        str(arguments.out),
        opset_version=OPSET,
        input_names=["logmel"],
        output_names=["mouth"],
        dynamic_axes={"logmel": {1: "frames"}, "mouth": {1: "values"}},
    )
    print(f"{arguments.out}: {arguments.out.stat().st_size} bytes")


if __name__ == "__main__":
    main()
