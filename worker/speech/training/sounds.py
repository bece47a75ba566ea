"""Everything that isn't the voice: noise, music, rooms and recording equipment. All at 16 kHz."""

import numpy as np
import scipy.signal
from scipy.fft import next_fast_len

from .features import SAMPLE_RATE

ROOT_NOTES_HZ = (110.0, 130.8, 146.8, 164.8, 196.0)
SEMITONES = (0, 2, 4, 5, 7, 9, 11, 12, 14, 16, 19, 24)
NOTE_SECONDS = (0.15, 0.25, 0.3, 0.5, 0.6, 1.0)


def rms(samples: np.ndarray) -> float:
    return float(np.sqrt(np.mean(samples**2)) + 1e-7)


def coloured_noise(length: int, slope: float, rng: np.random.Generator) -> np.ndarray:
    """Power falls with frequency to the power of `slope`: 0 white, 1 pink, 2 brown."""
    size = next_fast_len(length)
    hz = np.fft.rfftfreq(size, 1 / SAMPLE_RATE)
    spectrum = np.fft.rfft(rng.standard_normal(size)) * np.maximum(hz, 40) ** (-slope / 2)
    return np.fft.irfft(spectrum, size)[:length].astype(np.float32)


def music(length: int, rng: np.random.Generator) -> np.ndarray:
    """Chords of harmonic tones of one key, some plucked, some held, with a beat."""
    mix = np.zeros(length, np.float32)
    root = rng.choice(ROOT_NOTES_HZ)
    at = 0
    while at < length:
        end = min(length, at + int(rng.choice(NOTE_SECONDS) * SAMPLE_RATE))
        seconds = np.arange(end - at) / SAMPLE_RATE
        for _ in range(rng.integers(1, 5)):
            note = root * 2 ** (rng.choice(SEMITONES) / 12)
            decay, roll_off = rng.choice([0, 1, 3, 6]), rng.choice([1, 1.5])
            for harmonic in range(1, rng.integers(2, 10)):
                if note * harmonic < 7500:
                    wave = np.sin(2 * np.pi * note * harmonic * seconds + rng.random() * 6)
                    mix[at:end] += (wave * np.exp(-decay * seconds) / harmonic**roll_off).astype(np.float32)
        if rng.random() < 0.5:
            beat = min(end - at, 1500)
            mix[at : at + beat] += 2 * rng.standard_normal(beat).astype(np.float32) * np.exp(-np.arange(beat) / 300)
        at = end
    return mix


def equalise(samples: np.ndarray, rng: np.random.Generator, spread_db: float = 3.5) -> np.ndarray:
    """A random microphone: a wandering response, a tilt, and sometimes the limits of a telephone or a codec."""
    size = next_fast_len(len(samples))
    hz = np.fft.rfftfreq(size, 1 / SAMPLE_RATE)
    octaves = np.log2(np.maximum(hz, 50) / 1000)
    knots = np.linspace(-4.4, 3, 9)
    gain_db = np.interp(octaves, knots, np.cumsum(rng.normal(0, spread_db, len(knots))))
    gain_db += rng.uniform(-4, 4) * octaves - gain_db.mean()
    if rng.random() < 0.35:
        cut = rng.choice([3400, 4000, 5000, 6000, 7000])
        gain_db -= 60 * np.clip(np.log2(np.maximum(hz, 1) / cut) * 3, 0, 1.5)
    if rng.random() < 0.35:
        cut = rng.choice([80, 120, 200, 300])
        gain_db -= 24 * np.clip(np.log2(cut / np.maximum(hz, 10)), 0, 3)
    return np.fft.irfft(np.fft.rfft(samples, size) * 10 ** (gain_db / 20), size)[: len(samples)].astype(np.float32)


def reverberate(samples: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    """A room of 0.1 to 0.7 s as exponentially decaying noise (Polack 1988) after the direct sound."""
    length = int(rng.uniform(0.1, 0.7) * SAMPLE_RATE)
    tail = rng.standard_normal(length) * np.exp(-6.9 * np.arange(length) / length)
    tail *= 10 ** (-rng.uniform(-2, 14) / 20) / np.sqrt((tail**2).sum())
    first_reflection = rng.integers(20, 400) if rng.random() < 0.5 else 1
    response = np.concatenate([[1.0], np.zeros(first_reflection - 1), tail])
    return scipy.signal.fftconvolve(samples, response)[: len(samples)].astype(np.float32)


def compress(samples: np.ndarray, exponent: float) -> np.ndarray:
    """Levels to the power of `exponent` < 1, over 50 ms: broadcast and telephone loudness."""
    level = np.convolve(samples**2, np.hanning(801) / 400, "same")
    return samples * (np.maximum(level, 0) + 1e-6) ** ((exponent - 1) / 2)
