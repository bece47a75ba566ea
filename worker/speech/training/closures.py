"""Gives stops the silence that belongs to them."""

import numpy as np

from .phones import STOPS, base_phones
from .utterance import Phone, level_db

LEVEL_HZ = 200
SILENT_BELOW = 0.004
"""RMS of a 5 ms stretch, at espeak-ng's own volume."""
LONGEST_CLOSURE = 0.16
LONGEST_CLOSURE_AFTER_PAUSE = 0.08
SHORTEST_CLOSURE = 0.015
LEFT_FOR_PREVIOUS = 0.02
RELEASE = "ʔ"
"""After the burst of a stop the lips go to the next phone: a sound that asks nothing of them."""


def phones_with_closures(samples: np.ndarray, sample_rate: int, events: list[tuple[int, str]]) -> list[Phone]:
    """Phones of espeak-ng's events (sample, IPA).

    espeak-ng marks a voiceless stop at its burst, 40 to 80 ms after the lips have met: the closure lies at the end
    of the phone before. It is found as the silence before the event.
    """
    step = sample_rate // LEVEL_HZ
    blocks = samples[: len(samples) // step * step].reshape(-1, step)
    silent = np.sqrt((blocks**2).mean(1)) < SILENT_BELOW
    spans: list[tuple[int, int, str]] = []
    ends = [sample for sample, _ in events[1:]] + [len(samples)]
    for (start, ipa), end in zip(events, ends):
        if end <= start or ipa.startswith("("):  # "(en)" marks a change of language
            continue
        bases = base_phones(ipa)
        if bases and bases[0] in STOPS and spans:
            closure = _closure_start(silent, step, sample_rate, start, spans[-1])
            if start - closure > SHORTEST_CLOSURE * sample_rate:
                before = spans.pop()
                spans.append((before[0], closure, before[2]))
                spans.append((closure, start, bases[0]))
                spans.append((start, end, "".join(bases[1:]) or RELEASE))
                continue
        spans.append((start, end, ipa if bases else ""))
    return [
        Phone(round(start / sample_rate, 4), round(end / sample_rate, 4), ipa, level_db(samples[start:end]))
        for start, end, ipa in spans
    ]


def _closure_start(silent: np.ndarray, step: int, sample_rate: int, burst: int, before: tuple[int, int, str]) -> int:
    block = burst // step
    while block > 0 and block - 1 < len(silent) and silent[block - 1]:
        block -= 1
    after_pause = before[2] == ""
    longest = LONGEST_CLOSURE_AFTER_PAUSE if after_pause else LONGEST_CLOSURE
    earliest = burst - int(longest * sample_rate)
    if not after_pause:
        earliest = max(earliest, before[0] + int(LEFT_FOR_PREVIOUS * sample_rate))
    return max(block * step, earliest, before[0])
