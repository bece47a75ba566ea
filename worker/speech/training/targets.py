"""Phones with times -> what the mouth does, 100 times a second."""

import numpy as np

from .features import FRAME_RATE
from .phones import BILABIAL, BILABIAL_FRICATIVE, CONSONANTS, LABIODENTAL, VOWELS, Shape, base_phones
from .utterance import Phone

OPENING, WIDTH, CLOSURE, LABIODENTAL_CONTACT, SPEECH = range(5)
CHANNELS = 5

REST = Shape(0.15, 0.0, 1.0, 0.5)
"""In a pause the lips part a little: real speakers wait with the mouth ajar."""
SHORTEST_PAUSE = 0.10
DIPHTHONG_SPLIT = 0.55

# How dominance falls with the distance from a phone (Cohen and Massaro 1993), in seconds.
OPENING_DECAY = 0.045
WIDTH_DECAY = 0.085
FULL_DOMINANCE_SHARE = 0.6
"""Over this inner part of a phone dominance doesn't fall."""
REACH = 0.6
WIDTH_LAG_SECONDS = 0.03
WIDTH_LAG_SHARE = 0.2
"""Rounding and spreading reach their extreme late in the phone, by this share of its half length and the lag above."""

CONTACT_RAMP = 0.02
SONORITY_DB = 12.0
"""With sonority weighting, a vowel this much quieter than the voice's loud ones opens the less by the given weight."""

Segment = tuple[float, float, str, float]
"""Start, end, base phone (empty: pause), level."""


def segments(phones: list[Phone]) -> list[Segment]:
    """One segment per base phone; neighbouring pauses become one."""
    found: list[Segment] = []
    for start, end, ipa, level in phones:
        bases = base_phones(ipa)
        if not bases:
            if found and found[-1][2] == "":
                start = found.pop()[0]
            found.append((start, end, "", level))
            continue
        shares = np.full(len(bases), 1 / len(bases))
        if len(bases) == 2 and all(base in VOWELS for base in bases):
            shares = np.array([DIPHTHONG_SPLIT, 1 - DIPHTHONG_SPLIT])
        edges = start + (end - start) * np.concatenate([[0], np.cumsum(shares)])
        found += [(edges[i], edges[i + 1], base, level) for i, base in enumerate(bases)]
    return found


class _Blend:
    """A mean of wishes, weighted by dominance."""

    def __init__(self, times: np.ndarray, resting: float, decay: float) -> None:
        self._times = times
        self._decay = decay
        self._weights = np.full(len(times), 1e-3)
        self._sum = self._weights * resting

    def want(self, value: float, centre: float, half_length: float, dominance: float) -> None:
        first = max(0, int((centre - half_length - REACH) * FRAME_RATE))
        last = int((centre + half_length + REACH) * FRAME_RATE) + 1
        away = np.maximum(0, np.abs(self._times[first:last] - centre) - FULL_DOMINANCE_SHARE * half_length)
        weight = dominance * np.exp(-away / self._decay)
        self._weights[first:last] += weight
        self._sum[first:last] += weight * value

    def mean(self) -> np.ndarray:
        return self._sum / self._weights


def make_targets(phones: list[Phone], frame_count: int, sonority: float = 0.0) -> np.ndarray:
    """`[frame_count, 5] float32`: opening 0…1, width -1…1, lips sealed, lip at teeth, speech (the last three 0…1).

    `sonority` > 0 lets quiet vowels open less.
    """
    times = np.arange(frame_count) / FRAME_RATE
    opening = _Blend(times, REST.opening, OPENING_DECAY)
    width = _Blend(times, REST.width, WIDTH_DECAY)
    sealed, at_teeth, near, speech = np.zeros((4, frame_count))
    parts = segments(phones)
    loud_vowel = _loud_vowel_level(parts)
    for start, end, base, level in parts:
        if base == "":
            _rest(opening, width, start, end)
            continue
        _plateau(speech, times, start, end)
        shape = VOWELS.get(base) or CONSONANTS[base]
        wanted = shape.opening
        if sonority and base in VOWELS:
            wanted *= np.clip(1 + sonority * (level - loud_vowel) / SONORITY_DB, 0.45, 1.15)
        centre, half_length = (start + end) / 2, max(0.01, (end - start) / 2)
        opening.want(wanted, centre, half_length, shape.opening_dominance)
        late = centre + WIDTH_LAG_SHARE * half_length + WIDTH_LAG_SECONDS
        width.want(shape.width, late, half_length, shape.width_dominance)
        if base in BILABIAL:
            _plateau(sealed, times, start, end)
        elif base in LABIODENTAL:
            _plateau(at_teeth, times, start, end)
        elif base in BILABIAL_FRICATIVE:
            _plateau(near, times, start, end)
    # Contacts are not blended: lips that nearly meet for a p are the mistake that viewers see first.
    narrowed = (1 - _approach(sealed)) * (1 - 0.8 * _approach(at_teeth)) * (1 - 0.35 * near)
    closure = np.maximum(sealed, 0.5 * near)
    return np.stack([_smooth(opening.mean() * narrowed), _smooth(width.mean()), closure, at_teeth, speech], 1).astype(
        np.float32
    )


def _loud_vowel_level(parts: list[Segment]) -> float:
    levels = [level for _, _, base, level in parts if base in VOWELS and level > -60]
    return float(np.percentile(levels, 80)) if levels else 0.0


def _rest(opening: _Blend, width: _Blend, start: float, end: float) -> None:
    """Lips stay in the last shape for a moment after speech and leave for the next before it sounds."""
    length = end - start
    if length < SHORTEST_PAUSE:
        return
    first, last = start + min(0.12, length * 0.35), end - min(0.13, length * 0.4)
    centre, half_length = (first + last) / 2, max(0.01, (last - first) / 2) / FULL_DOMINANCE_SHARE
    opening.want(REST.opening, centre, half_length, REST.opening_dominance)
    width.want(
        REST.width, centre + WIDTH_LAG_SHARE * half_length + WIDTH_LAG_SECONDS, half_length, REST.width_dominance
    )


def _plateau(track: np.ndarray, times: np.ndarray, start: float, end: float) -> None:
    first, last = max(0, int((start - CONTACT_RAMP) * FRAME_RATE)), int((end + CONTACT_RAMP) * FRAME_RATE) + 2
    at = times[first:last]
    ramp = np.minimum(at - (start - CONTACT_RAMP), (end + CONTACT_RAMP) - at) / CONTACT_RAMP
    track[first:last] = np.maximum(track[first:last], np.clip(ramp, 0, 1))


def _approach(contact: np.ndarray) -> np.ndarray:
    """Lips come and go in about 40 ms rather than at once."""
    kernel = np.hanning(9)
    return np.maximum(contact, np.clip(np.convolve(contact, kernel / kernel.sum(), "same") * 1.05, 0, 1))


def _smooth(track: np.ndarray) -> np.ndarray:
    kernel = np.hanning(7)
    return np.convolve(np.pad(track, 3, "edge"), kernel / kernel.sum(), "valid")
