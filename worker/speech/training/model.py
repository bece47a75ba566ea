"""The mouth network."""

from pathlib import Path

import numpy as np
import torch
from torch import Tensor, nn

from .features import BANDS
from .targets import CHANNELS

HIDDEN = 80
DILATIONS = (1, 2, 4, 8, 1, 2, 4, 8)


class VoiceNormalisation(nn.Module):
    """Log-mel `[batch, time, 64]` -> `[batch, time, 65]` that a recording's gain and colour leave alone.

    Every band relative to its mean over loud frames (cepstral mean subtraction, Atal 1974), and the frame's level. Part
    of the graph, over all the frames that are given at once.
    """

    def forward(self, log_mel: Tensor) -> Tensor:
        frame_power = torch.logsumexp(log_mel, 2)
        loudest = frame_power.max(1, keepdim=True)[0]
        mean_power = loudest + torch.log(torch.exp(frame_power - loudest).mean(1, keepdim=True))
        level = frame_power - mean_power
        relative = torch.clamp(log_mel - mean_power.unsqueeze(2) + 4.0, min=-9.0)
        loud = torch.sigmoid((level + 2.0) * 1.5).unsqueeze(2)
        band_means = (relative * loud).sum(1, keepdim=True) / (loud.sum(1, keepdim=True) + 1e-3)
        return torch.cat([(relative - band_means) * 0.25, (level * 0.25).clamp(min=-3).unsqueeze(2)], 2)


class ResidualBlock(nn.Module):
    def __init__(self, channels: int, dilation: int, dropout: float = 0.1) -> None:
        super().__init__()
        self.layers = nn.Sequential(
            nn.Conv1d(channels, channels, 3, padding=dilation, dilation=dilation),
            nn.BatchNorm1d(channels),
            nn.ReLU(),
            nn.Dropout(dropout),
            nn.Conv1d(channels, channels, 1),
            nn.BatchNorm1d(channels),
        )

    def forward(self, hidden: Tensor) -> Tensor:
        return torch.relu(hidden + self.layers(hidden))


class MouthNetwork(nn.Module):
    """Log-mel `[batch, time, 64]` at 100 Hz -> `[batch, ceil(time / 2), 5]` at 50 Hz, the channels of `targets.py`."""

    def __init__(self, hidden: int = HIDDEN) -> None:
        super().__init__()
        self.hidden = hidden
        self.normalisation = VoiceNormalisation()
        self.stem = nn.Sequential(
            nn.Conv1d(BANDS + 1, hidden, 5, stride=2, padding=2), nn.BatchNorm1d(hidden), nn.ReLU()
        )
        self.blocks = nn.Sequential(*(ResidualBlock(hidden, dilation) for dilation in DILATIONS))
        self.head = nn.Conv1d(hidden, CHANNELS, 3, padding=1)

    def logits(self, log_mel: Tensor) -> Tensor:
        hidden = self.stem(self.normalisation(log_mel).transpose(1, 2))
        return self.head(self.blocks(hidden)).transpose(1, 2)

    def forward(self, log_mel: Tensor) -> Tensor:
        return activate(self.logits(log_mel))


def activate(logits: Tensor) -> Tensor:
    return torch.cat([torch.sigmoid(logits[..., :1]), torch.tanh(logits[..., 1:2]), torch.sigmoid(logits[..., 2:])], 2)


def save(network: MouthNetwork, path: Path) -> None:
    """As plain arrays, so that reading a file of somebody else's runs nothing."""
    arrays = {name: weights.numpy() for name, weights in network.state_dict().items()}
    np.savez(path, hidden=network.hidden, **arrays)


def load(path: Path) -> MouthNetwork:
    """In evaluation mode."""
    with np.load(path, allow_pickle=False) as arrays:
        network = MouthNetwork(int(arrays["hidden"]))
        network.load_state_dict({name: torch.from_numpy(arrays[name]) for name in arrays.files if name != "hidden"})
    return network.eval()
