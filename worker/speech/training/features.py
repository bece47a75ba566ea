"""The speech features of `../log-mel.ts`, in numpy. Both must agree: the numbers are part of the model."""

import numpy as np

SAMPLE_RATE = 16_000
HOP = 160
WINDOW = 400
FFT_SIZE = 512
BANDS = 64
LOWEST_HZ = 60.0
HIGHEST_HZ = 7600.0
FLOOR = 1e-10
FRAME_RATE = SAMPLE_RATE // HOP

NARROWEST_SUM = 1e-3
"""Below this a triangle holds no bin worth scaling up: it takes the bin nearest to its peak instead."""


def mel_bank() -> np.ndarray:
    """Triangles with corners equally spaced on the mel scale, each of sum one, `[64, 257]`."""
    lowest_mel, highest_mel = 2595 * np.log10(1 + np.array([LOWEST_HZ, HIGHEST_HZ]) / 700)
    corners = 700 * (10 ** (np.linspace(lowest_mel, highest_mel, BANDS + 2) / 2595) - 1)
    bin_hz = np.arange(FFT_SIZE // 2 + 1) * SAMPLE_RATE / FFT_SIZE
    bank = np.zeros((BANDS, len(bin_hz)))
    for band, (left, peak, right) in enumerate(zip(corners, corners[1:], corners[2:])):
        bank[band] = np.clip(np.minimum((bin_hz - left) / (peak - left), (right - bin_hz) / (right - peak)), 0, None)
        if bank[band].sum() < NARROWEST_SUM:
            bank[band] = 0
            bank[band, np.argmin(np.abs(bin_hz - peak))] = 1
    return (bank / bank.sum(1, keepdims=True)).astype(np.float32)


BANK = mel_bank()
HANN = np.hanning(WINDOW + 1)[:WINDOW].astype(np.float32)


def log_mel(samples: np.ndarray) -> np.ndarray:
    """Natural logarithm of mel power of a 16 kHz voice whose peak is brought to 1: `[len // 160, 64] float32`.

    Frame i is centred on sample 160·i.
    """
    samples = samples / (np.abs(samples).max() + 1e-6)
    frame_count = len(samples) // HOP
    padded = np.pad(samples.astype(np.float32), (WINDOW // 2, WINDOW))
    frames = np.lib.stride_tricks.sliding_window_view(padded, WINDOW)[::HOP][:frame_count]
    power = np.abs(np.fft.rfft(frames * HANN, FFT_SIZE)) ** 2
    return np.log(power @ BANK.T + FLOOR).astype(np.float32)
