"""What counts as a mistake."""

from dataclasses import dataclass, replace

import torch
import torch.nn.functional as F
from torch import Tensor

from .targets import CLOSURE, LABIODENTAL_CONTACT, OPENING, SPEECH, WIDTH


@dataclass(frozen=True)
class Weights:
    opening: float = 4.0
    width: float = 2.0
    opening_change: float = 2.0
    closure: float = 0.4
    labiodental: float = 0.2
    speech: float = 0.2
    opening_correlation: float = 0.15
    width_correlation: float = 0.1
    contact_positive: float = 2.0
    """A missed contact counts so many times a false one."""
    focus: float = 0.0
    """Of the focal loss (Lin and others 2017) on contacts: above 0, frames that are already right count less."""


BASE = Weights()
CONTACTS = replace(BASE, closure=1.6, labiodental=0.8, contact_positive=1.5, focus=1.0)
LOSSES = {"base": BASE, "contacts": CONTACTS, "contacts-recall": replace(CONTACTS, contact_positive=2.5)}
"""What each gave is told in README.md."""


def loss(logits: Tensor, targets: Tensor, weights: Weights) -> Tensor:
    """`logits` and `targets`: `[batch, time, 5]` at 50 Hz."""
    opening, width = torch.sigmoid(logits[..., OPENING]), torch.tanh(logits[..., WIDTH])
    speech = targets[..., SPEECH]
    wanted_opening, wanted_width = targets[..., OPENING], targets[..., WIDTH]
    change, wanted_change = opening[:, 2:] - opening[:, :-2], wanted_opening[:, 2:] - wanted_opening[:, :-2]
    total = weights.opening * ((opening - wanted_opening) ** 2).mean()
    total = total + weights.width * ((width - wanted_width) ** 2 * (0.2 + speech)).mean()
    total = total + weights.opening_change * ((change - wanted_change) ** 2).mean()
    for channel, weight in ((CLOSURE, weights.closure), (LABIODENTAL_CONTACT, weights.labiodental)):
        total = total + weight * _contact_loss(logits[..., channel], targets[..., channel], weights)
    total = total + weights.speech * F.binary_cross_entropy_with_logits(logits[..., SPEECH], speech)
    total = total + weights.opening_correlation * (1 - _correlation(opening, wanted_opening))
    return total + weights.width_correlation * (1 - _correlation(width, wanted_width))


def _contact_loss(logits: Tensor, targets: Tensor, weights: Weights) -> Tensor:
    positive = torch.tensor(weights.contact_positive)
    entropy = F.binary_cross_entropy_with_logits(logits, targets, pos_weight=positive, reduction="none")
    if weights.focus:
        entropy = entropy * (torch.sigmoid(logits) - targets).abs().detach() ** weights.focus
    return entropy.mean()


def _correlation(values: Tensor, wanted: Tensor) -> Tensor:
    """Mean Pearson correlation over time; a mouth at rest counts little instead of dividing by nothing."""
    return (_standardise(values) * _standardise(wanted)).mean()


def _standardise(track: Tensor) -> Tensor:
    return (track - track.mean(1, keepdim=True)) / (track.std(1, keepdim=True) + 0.02)
