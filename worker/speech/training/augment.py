"""Makes other speakers, rooms and recordings of a synthesised utterance; all chances and ranges are here."""

from collections.abc import Callable

import numpy as np
import scipy.signal
from scipy.fft import next_fast_len

from . import sounds, vocoder
from .features import SAMPLE_RATE
from .utterance import SILENCE_DB, Phone, Utterance
from .voices import WHISPERED_VARIANTS

LONGEST_TO_STRETCH = 9.0
"""Seconds; longer ones would fill the memory with little to learn."""
TEST_MARGIN = 0.2

Babble = Callable[[int], np.ndarray]
"""Gives that many samples of other people talking."""


def clean(utterance: Utterance) -> tuple[np.ndarray, list[Phone]]:
    """16 kHz and a moment of silence around it, nothing else."""
    return _with_silence(_at_16_khz(utterance, 1.0), TEST_MARGIN, TEST_MARGIN)


def augment(utterance: Utterance, babble: Babble, rng: np.random.Generator) -> tuple[np.ndarray, list[Phone]]:
    spoken = _respeak(utterance, rng)
    samples, phones = _with_silence(spoken, rng.uniform(0, 0.6), rng.uniform(0, 0.7))
    return _record(samples, babble, rng), phones


def no_voice(rng: np.random.Generator) -> tuple[np.ndarray, list[Phone]]:
    """Music, noise or next to nothing, with the mouth at rest."""
    length = int(rng.uniform(2, 5) * SAMPLE_RATE)
    samples = (
        sounds.music(length, rng) if rng.random() < 0.55 else sounds.coloured_noise(length, rng.uniform(-0.3, 2.2), rng)
    )
    samples = sounds.equalise(samples / sounds.rms(samples), rng) * 0.1
    return samples, [Phone(0, length / SAMPLE_RATE, "", SILENCE_DB)]


def _respeak(utterance: Utterance, rng: np.random.Generator) -> Utterance:
    """Another body says it: speed, pitch, length of the vocal tract, breath, song."""
    duration = len(utterance.samples) / utterance.sample_rate
    sung, child = utterance.style == "sung", utterance.style == "child"
    if duration < LONGEST_TO_STRETCH and rng.random() < (0.75 if sung else 0.03):
        ratio = rng.uniform(1.3, 2.6)
        utterance = utterance.at_speed(vocoder.stretch(utterance.samples, ratio), utterance.sample_rate, ratio)
    # Played faster or slower: pitch, formants and speed together.
    playing_speed = rng.uniform(1.0, 1.3) if child else np.exp(rng.uniform(np.log(0.82), np.log(1.24)))
    utterance = _at_16_khz(utterance, playing_speed)
    samples = utterance.samples
    whispered = utterance.style == "whispered" and utterance.voice not in WHISPERED_VARIANTS
    # Synthetic voices have lower formants than most people (a real voice was read better with its spectrum moved down).
    formant_ratio = rng.uniform(1.05, 1.25) if child else np.exp(rng.uniform(np.log(0.9), np.log(1.22)))
    if child or whispered or rng.random() < 0.5:
        samples = vocoder.change_tract(samples, formant_ratio, whispered, rng)
    if rng.random() < (0.7 if sung else 0.05):
        samples = vocoder.vibrato(samples, rng.uniform(4.5, 7), rng.uniform(20, 90))
    return utterance.at_speed(samples, SAMPLE_RATE, 1.0)


def _record(samples: np.ndarray, babble: Babble, rng: np.random.Generator) -> np.ndarray:
    """A microphone in a room with other sounds."""
    if rng.random() < 0.3:
        samples = sounds.compress(samples, rng.uniform(0.6, 1))
    if rng.random() < 0.9:
        samples = sounds.equalise(samples, rng)
    if rng.random() < 0.45:
        samples = sounds.reverberate(samples, rng)
    level = sounds.rms(samples)
    kind = rng.random()
    if kind < 0.82:
        if kind < 0.45:
            noise, quietest_db, loudest_db = sounds.coloured_noise(len(samples), rng.uniform(-0.3, 2.2), rng), 40, 5
        elif kind < 0.6:
            noise, quietest_db, loudest_db = babble(len(samples)), 30, 8
        else:
            noise = sounds.equalise(sounds.music(len(samples), rng), rng, 2.5)
            quietest_db, loudest_db = 25, 3
        signal_to_noise_db = rng.uniform(loudest_db, quietest_db)
        samples = samples + noise / sounds.rms(noise) * level * 10 ** (-signal_to_noise_db / 20)
    if rng.random() < 0.1:
        samples = np.tanh(samples / level * rng.uniform(0.3, 1.5))
    return samples.astype(np.float32)


def _at_16_khz(utterance: Utterance, playing_speed: float) -> Utterance:
    source = utterance.samples
    # The transform of a length with large prime factors would take seconds.
    padded = np.pad(source, (0, next_fast_len(len(source)) - len(source)))
    length = next_fast_len(int(len(padded) / utterance.sample_rate * SAMPLE_RATE / playing_speed))
    ratio = (length / SAMPLE_RATE) / (len(padded) / utterance.sample_rate)
    samples = scipy.signal.resample(padded, length).astype(np.float32)
    return utterance.at_speed(samples, SAMPLE_RATE, ratio)


def _with_silence(utterance: Utterance, before: float, after: float) -> tuple[np.ndarray, list[Phone]]:
    lead = int(before * SAMPLE_RATE)
    trail = int(after * SAMPLE_RATE)
    duration = len(utterance.samples) / SAMPLE_RATE
    offset = lead / SAMPLE_RATE
    phones = [p._replace(start=p.start + offset, end=min(p.end, duration) + offset) for p in utterance.phones]
    first = Phone(0, offset, "", SILENCE_DB)
    last = Phone(offset + duration, offset + duration + trail / SAMPLE_RATE, "", SILENCE_DB)
    return np.pad(utterance.samples, (lead, trail)), [first, *phones, last]
