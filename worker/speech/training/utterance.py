"""A synthesised utterance and when each of its phones sounds."""

from dataclasses import dataclass, replace
from typing import NamedTuple

import numpy as np


class Phone(NamedTuple):
    start: float
    """Seconds."""
    end: float
    ipa: str
    """Empty for a pause."""
    level_db: float
    """Mean level over the phone, relative to full scale."""


@dataclass(frozen=True)
class Utterance:
    samples: np.ndarray
    """Mono, -1…1."""
    sample_rate: int
    phones: list[Phone]
    language: str
    voice: str
    style: str
    """One of `voices.STYLES`."""

    def at_speed(self, samples: np.ndarray, sample_rate: int, duration_ratio: float) -> "Utterance":
        """The same words in other samples that last `duration_ratio` times as long."""
        phones = [p._replace(start=p.start * duration_ratio, end=p.end * duration_ratio) for p in self.phones]
        return replace(self, samples=samples, sample_rate=sample_rate, phones=phones)


SILENCE_DB = -80.0


def level_db(samples: np.ndarray) -> float:
    if len(samples) == 0:
        return SILENCE_DB
    return round(float(20 * np.log10(np.sqrt(np.mean(samples.astype(np.float64) ** 2)) + 1e-4)), 1)
