"""flite's voices, which are built from recordings of real speakers: speech with the times of its phones."""

import random
import subprocess
import tempfile
from pathlib import Path

import numpy as np
import scipy.io.wavfile

from .phones import FLITE_TO_IPA
from .utterance import Phone, Utterance, level_db
from .voices import FLITE_VOICES

DURATION_STRETCHES = (0.8, 0.9, 1.0, 1.1, 1.3, 1.6)


def say(text: str, rng: random.Random) -> Utterance:
    """English only. Raises `CalledProcessError` when flite fails."""
    voice = rng.choice(FLITE_VOICES)
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder, "speech.wav")
        stretch = f"duration_stretch={rng.choice(DURATION_STRETCHES)}"
        command = ["flite", "-voice", voice, "--setf", stretch, "-psdur", "-t", text.replace("'", ""), "-o", str(path)]
        printed = subprocess.run(command, capture_output=True, text=True, timeout=60, check=True).stdout
        sample_rate, wave = scipy.io.wavfile.read(path)
    samples = wave.astype(np.float32) / 32768
    phones: list[Phone] = []
    start = 0.0
    for entry in printed.split():  # "b:0.342": the phone and its end
        name, end = entry.rsplit(":", 1)
        level = level_db(samples[int(start * sample_rate) : int(float(end) * sample_rate)])
        phones.append(Phone(start, float(end), FLITE_TO_IPA.get(name, ""), level))
        start = float(end)
    style = "whispered" if rng.random() < 0.1 else "plain"
    return Utterance(samples / (np.abs(samples).max() + 1e-6), sample_rate, phones, "en-us", f"flite {voice}", style)
