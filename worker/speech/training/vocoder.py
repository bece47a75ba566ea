"""Changes a voice without changing what it says: longer, another vocal tract, whispered, with vibrato."""

import numpy as np

from .features import SAMPLE_RATE

STRETCH_WINDOW = 1024
STRETCH_HOP = 256

TRACT_WINDOW = 512
TRACT_HOP = 128
ENVELOPE_QUEFRENCIES = 26
"""Cepstral coefficients that make up the vocal tract at 16 kHz; the ones above are the vocal folds."""


def stretch(samples: np.ndarray, ratio: float) -> np.ndarray:
    """`ratio` times as long at the same pitch: the phase vocoder of Flanagan and Golden 1966."""
    window = np.hanning(STRETCH_WINDOW)
    spectra = np.fft.rfft(_frames(samples, STRETCH_WINDOW, STRETCH_HOP) * window)
    at = np.arange(0, len(spectra) - 1.01, 1 / ratio)
    before = at.astype(int)
    share = (at - before)[:, None]
    magnitude = (1 - share) * np.abs(spectra[before]) + share * np.abs(spectra[before + 1])
    expected = 2 * np.pi * STRETCH_HOP * np.arange(STRETCH_WINDOW // 2 + 1) / STRETCH_WINDOW
    advance = np.angle(spectra[before + 1]) - np.angle(spectra[before]) - expected
    advance += expected - 2 * np.pi * np.round(advance / (2 * np.pi))
    phase = np.angle(spectra[0]) + np.cumsum(np.vstack([np.zeros_like(expected), advance[:-1]]), 0)
    blocks = np.fft.irfft(magnitude * np.exp(1j * phase)) * window
    return _overlap_add(blocks, STRETCH_HOP) / 1.5


def change_tract(samples: np.ndarray, formant_ratio: float, whispered: bool, rng: np.random.Generator) -> np.ndarray:
    """Moves all formants by a factor at the same pitch and speed (a child's vocal tract is shorter: 1.2 to 1.45).

    `whispered` replaces the vocal folds by breath. The envelope is the liftered cepstrum (Oppenheim 1969).
    """
    window = np.hanning(TRACT_WINDOW + 1)[:TRACT_WINDOW]
    edge = TRACT_WINDOW // 2
    padded = np.pad(samples, (edge, edge + TRACT_HOP))
    spectra = np.fft.rfft(_frames(padded, TRACT_WINDOW, TRACT_HOP) * window)
    cepstrum = np.fft.irfft(np.log(np.abs(spectra) + 1e-5))
    cepstrum[:, ENVELOPE_QUEFRENCIES : TRACT_WINDOW - ENVELOPE_QUEFRENCIES + 1] = 0
    envelope = np.fft.rfft(cepstrum).real
    bins = np.arange(envelope.shape[1])
    source = np.minimum(bins / formant_ratio, bins[-1] - 1e-6)
    below = source.astype(int)
    moved = envelope[:, below] + (source - below) * (envelope[:, below + 1] - envelope[:, below])
    if whispered:
        breath = rng.standard_normal(len(padded))
        spectra = np.fft.rfft(_frames(breath, TRACT_WINDOW, TRACT_HOP) * window)
        # Turbulence in the glottis has little bass.
        moved = moved + np.log(np.clip(bins * SAMPLE_RATE / TRACT_WINDOW / 900, 0.05, 1))
        changed = spectra * np.exp(moved) / 14
    else:
        changed = spectra * np.exp(np.clip(moved - envelope, -6, 6))
    whole = _overlap_add(np.fft.irfft(changed) * window, TRACT_HOP) / 1.5
    return whole[edge : edge + len(samples)].astype(np.float32)


def vibrato(samples: np.ndarray, hz: float, cents: float) -> np.ndarray:
    """Pitch swings by `cents` to both sides. It shifts time by a millisecond at most, so phones stay where they are."""
    depth_seconds = (2 ** (cents / 1200) - 1) / (2 * np.pi * hz)
    at = np.arange(len(samples), dtype=np.float64)
    return np.interp(at + depth_seconds * SAMPLE_RATE * np.sin(2 * np.pi * hz * at / SAMPLE_RATE), at, samples)


def _frames(samples: np.ndarray, size: int, hop: int) -> np.ndarray:
    return np.lib.stride_tricks.sliding_window_view(samples, size)[::hop]


def _overlap_add(blocks: np.ndarray, hop: int) -> np.ndarray:
    """`blocks` `[count, size]`, `size` a multiple of `hop`."""
    count, size = blocks.shape
    overlap = size // hop
    parts = blocks.reshape(count, overlap, hop)
    whole = np.zeros((count + overlap - 1, hop))
    for k in range(overlap):
        whole[k : k + count] += parts[:, k]
    return whole.ravel().astype(np.float32)
