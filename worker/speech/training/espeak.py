"""espeak-ng through ctypes: speech together with the time of every phone."""

import ctypes
import random
from xml.sax.saxutils import escape

import numpy as np

from .closures import phones_with_closures
from .utterance import Utterance
from .voices import Manner

# From espeak-ng's speak_lib.h.
_OUTPUT_RETRIEVAL = 1
_INITIALIZE_PHONEME_EVENTS, _INITIALIZE_PHONEME_IPA = 1, 2
_RATE, _VOLUME, _PITCH, _RANGE = 1, 2, 3, 4
_CHARS_UTF8, _SSML = 1, 0x10
_EVENT_END, _EVENT_PHONEME = 0, 7
_SUCCESS = 0

LONGEST_SECONDS = 14
SHORTEST_SECONDS = 0.6

SCALE_SEMITONES = (-7, -5, -3, -1, 0, 0, 2, 4, 5, 7, 9, 12)


class _EventId(ctypes.Union):
    _fields_ = [("number", ctypes.c_int), ("name", ctypes.c_char_p), ("string", ctypes.c_char * 8)]


class _Event(ctypes.Structure):
    _fields_ = [
        ("type", ctypes.c_int),
        ("unique_identifier", ctypes.c_uint),
        ("text_position", ctypes.c_int),
        ("length", ctypes.c_int),
        ("audio_position", ctypes.c_int),
        ("sample", ctypes.c_int),
        ("user_data", ctypes.c_void_p),
        ("id", _EventId),
    ]


_Callback = ctypes.CFUNCTYPE(ctypes.c_int, ctypes.POINTER(ctypes.c_short), ctypes.c_int, ctypes.POINTER(_Event))


class Espeak:
    """One per process: the library keeps global state.

    Version 1.51 crashes on a few pairs of language and variant, so synthesise in a child process.
    """

    def __init__(self) -> None:
        self._library = ctypes.CDLL("libespeak-ng.so.1")
        self.sample_rate = self._library.espeak_Initialize(
            _OUTPUT_RETRIEVAL, 0, None, _INITIALIZE_PHONEME_EVENTS | _INITIALIZE_PHONEME_IPA
        )
        self._blocks: list[np.ndarray] = []
        self._events: list[tuple[int, str]] = []
        self._callback = _Callback(self._receive)  # kept: ctypes wouldn't
        self._library.espeak_SetSynthCallback(self._callback)

    def _receive(self, wave, count: int, events) -> int:
        if wave and count > 0:
            self._blocks.append(np.ctypeslib.as_array(wave, (count,)).copy())
        i = 0
        while events[i].type != _EVENT_END:
            if events[i].type == _EVENT_PHONEME:
                symbol = ctypes.string_at(ctypes.addressof(events[i].id), 8).split(b"\0")[0]
                self._events.append((events[i].sample, symbol.decode("utf8", "ignore")))
            i += 1
        return 0

    def say(self, text: str, manner: Manner, rng: random.Random) -> Utterance | None:
        """None where the voice doesn't exist, or the text came out too short or in another language than asked."""
        voice = manner.language + (f"+{manner.variant}" if manner.variant else "")
        # An unknown voice is refused and the one before stays: its phones would be labelled wrongly.
        if self._library.espeak_SetVoiceByName(voice.encode()) != _SUCCESS:
            return None
        settings = {_RATE: manner.words_per_minute, _VOLUME: 100, _PITCH: manner.pitch, _RANGE: manner.pitch_range}
        for parameter, value in settings.items():
            self._library.espeak_SetParameter(parameter, value, 0)
        sung = manner.style == "sung"
        encoded = (_melody(text, rng) if sung else text).encode() + b"\0"
        self._blocks, self._events = [], []
        flags = _CHARS_UTF8 | (_SSML if sung else 0)
        self._library.espeak_Synth(encoded, len(encoded), 0, 1, 0, flags, None, None)
        self._library.espeak_Synchronize()
        return self._utterance(manner)

    def _utterance(self, manner: Manner) -> Utterance | None:
        if not self._blocks:
            return None
        samples = np.concatenate(self._blocks).astype(np.float32) / 32768
        samples = samples[: LONGEST_SECONDS * self.sample_rate]
        language_switches = sum("(" in symbol for _, symbol in self._events)
        if len(samples) < SHORTEST_SECONDS * self.sample_rate or not self._events or language_switches > 2:
            return None
        events = [(sample, ipa) for sample, ipa in self._events if sample < len(samples)]
        phones = phones_with_closures(samples, self.sample_rate, events)
        samples = samples / (np.abs(samples).max() + 1e-6)
        return Utterance(samples, self.sample_rate, phones, manner.language, manner.variant, manner.style)


def _melody(text: str, rng: random.Random) -> str:
    """SSML that gives every word a note of its own."""
    sung = []
    for word in text.split():
        percent = round(100 * 2 ** (rng.choice(SCALE_SEMITONES) / 12))
        sung.append(f'<prosody pitch="{percent}%" range="0%">{escape(word)}</prosody>')
    return "<speak>" + " ".join(sung) + "</speak>"
