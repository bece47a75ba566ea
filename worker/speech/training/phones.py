"""What lips do for every phone of the International Phonetic Alphabet (IPA)."""

import unicodedata
from typing import NamedTuple


class Shape(NamedTuple):
    """Where a phone wants the lips, and how strongly it defends that against its neighbours."""

    opening: float
    """0 lips together … 1 the vowel of "father"."""
    width: float
    """-1 rounded … +1 spread."""
    opening_dominance: float = 1.0
    width_dominance: float = 1.0


# The values follow the descriptions of the IPA chart (height, backness, rounding; place of articulation) and the
# coarticulation model of Cohen and Massaro 1993: sibilants hold the jaw, rounding spreads, tongue-only sounds leave
# the lips alone.
VOWELS: dict[str, Shape] = {
    "a": Shape(1.0, 0.15),
    "ä": Shape(1.0, 0.1),
    "ɐ": Shape(0.8, 0.1),
    "ɑ": Shape(0.95, 0.0),
    "æ": Shape(0.85, 0.45),
    "ɛ": Shape(0.65, 0.4),
    "e": Shape(0.5, 0.5),
    "ə": Shape(0.42, 0.1),
    "ɘ": Shape(0.42, 0.1),
    "ɜ": Shape(0.48, 0.0),
    "ɚ": Shape(0.4, -0.15),
    "ɝ": Shape(0.4, -0.15),
    "ʌ": Shape(0.65, 0.1),
    "ɪ": Shape(0.36, 0.45),
    "i": Shape(0.3, 0.75),
    "ɨ": Shape(0.3, 0.4),
    "ɯ": Shape(0.3, 0.2),
    "u": Shape(0.2, -0.95),
    "ʊ": Shape(0.28, -0.6),
    "o": Shape(0.42, -0.8),
    "ɔ": Shape(0.6, -0.55),
    "ɒ": Shape(0.7, -0.4),
    "y": Shape(0.2, -0.85),
    "ʏ": Shape(0.26, -0.65),
    "ø": Shape(0.36, -0.75),
    "œ": Shape(0.5, -0.5),
    "ɵ": Shape(0.38, -0.6),
    "ʉ": Shape(0.22, -0.85),
    "ɤ": Shape(0.45, 0.05),
    "ᵻ": Shape(0.32, 0.4),
    "ɞ": Shape(0.5, -0.4),
    "ɶ": Shape(0.8, -0.2),
}

CONSONANTS: dict[str, Shape] = {
    "t": Shape(0.22, 0.15, 0.45, 0.1),
    "d": Shape(0.22, 0.15, 0.45, 0.1),
    "n": Shape(0.25, 0.15, 0.4, 0.1),
    "s": Shape(0.17, 0.3, 0.7, 0.4),
    "z": Shape(0.17, 0.3, 0.7, 0.4),
    "l": Shape(0.35, 0.15, 0.4, 0.1),
    "ʃ": Shape(0.2, -0.5, 0.9, 0.8),
    "ʒ": Shape(0.2, -0.5, 0.9, 0.8),
    "ɕ": Shape(0.15, 0.1, 0.8, 0.3),
    "ʑ": Shape(0.15, 0.1, 0.8, 0.3),
    "ʂ": Shape(0.2, -0.35, 0.8, 0.6),
    "ʐ": Shape(0.2, -0.35, 0.8, 0.6),
    "ç": Shape(0.25, 0.4, 0.5, 0.4),
    "ʝ": Shape(0.25, 0.4, 0.5, 0.4),
    "k": Shape(0.32, 0.1, 0.3, 0.05),
    "ɡ": Shape(0.32, 0.1, 0.3, 0.05),
    "g": Shape(0.32, 0.1, 0.3, 0.05),
    "ŋ": Shape(0.32, 0.1, 0.3, 0.05),
    "ɲ": Shape(0.25, 0.35, 0.4, 0.3),
    "c": Shape(0.25, 0.3, 0.4, 0.2),
    "ɟ": Shape(0.25, 0.3, 0.4, 0.2),
    "ʎ": Shape(0.3, 0.35, 0.4, 0.3),
    "x": Shape(0.38, 0.05, 0.3, 0.05),
    "χ": Shape(0.42, 0.05, 0.3, 0.05),
    "ɣ": Shape(0.35, 0.05, 0.3, 0.05),
    "ħ": Shape(0.5, 0.1, 0.2, 0.02),
    "ʕ": Shape(0.6, 0.1, 0.2, 0.02),
    "h": Shape(0.45, 0.05, 0.08, 0.01),
    "ɦ": Shape(0.45, 0.05, 0.08, 0.01),
    "ʔ": Shape(0.4, 0.05, 0.05, 0.01),
    "q": Shape(0.4, 0.05, 0.15, 0.02),
    "θ": Shape(0.2, 0.15, 0.7, 0.2),
    "ð": Shape(0.2, 0.15, 0.6, 0.2),
    "ɹ": Shape(0.25, -0.4, 0.6, 0.6),
    "ɻ": Shape(0.25, -0.35, 0.6, 0.5),
    "r": Shape(0.3, 0.05, 0.4, 0.1),
    "ɾ": Shape(0.28, 0.1, 0.35, 0.05),
    "ʀ": Shape(0.4, 0.0, 0.3, 0.05),
    "ʁ": Shape(0.4, 0.0, 0.3, 0.05),
    "ɽ": Shape(0.3, 0.0, 0.4, 0.1),
    "w": Shape(0.1, -1.0, 1.2, 1.2),
    "ʍ": Shape(0.1, -1.0, 1.2, 1.2),
    "ɥ": Shape(0.12, -0.9, 1.2, 1.2),
    "j": Shape(0.25, 0.55, 0.5, 0.5),
    "ɰ": Shape(0.3, 0.1, 0.4, 0.1),
    "ʈ": Shape(0.22, 0.1, 0.5, 0.1),
    "ɖ": Shape(0.22, 0.1, 0.5, 0.1),
    "ɳ": Shape(0.25, 0.1, 0.4, 0.1),
    "ɭ": Shape(0.35, 0.1, 0.4, 0.1),
    "ɫ": Shape(0.35, 0.05, 0.4, 0.1),
    "ʋ": Shape(0.1, 0.05, 1.0, 0.2),
    "β": Shape(0.06, 0.0, 1.2, 0.2),
    "ɸ": Shape(0.08, -0.2, 1.2, 0.3),
    "p": Shape(0.0, 0.0, 1.0, 0.15),
    "b": Shape(0.0, 0.0, 1.0, 0.15),
    "m": Shape(0.0, 0.0, 1.0, 0.15),
    "ɓ": Shape(0.0, 0.0, 1.0, 0.15),
    "ɱ": Shape(0.05, 0.1, 1.0, 0.2),
    "f": Shape(0.06, 0.1, 1.0, 0.3),
    "v": Shape(0.06, 0.1, 1.0, 0.3),
    "ɴ": Shape(0.4, 0.05, 0.2, 0.05),
    "ɬ": Shape(0.25, 0.15, 0.5, 0.1),
    "ɮ": Shape(0.25, 0.15, 0.5, 0.1),
    "ɗ": Shape(0.2, 0.15, 0.5, 0.1),
    "ɠ": Shape(0.32, 0.1, 0.3, 0.05),
    "ʄ": Shape(0.25, 0.3, 0.4, 0.2),
}

BILABIAL = frozenset("pbmɓ")
LABIODENTAL = frozenset("fvɱʋ")
BILABIAL_FRICATIVE = frozenset("βɸ")
"""The lips come near each other without sealing."""
STOPS = frozenset("pbtdkɡgqcɟʈɖɓɗ")

FLITE_TO_IPA: dict[str, str] = {
    "aa": "ɑ",
    "ae": "æ",
    "ah": "ʌ",
    "ao": "ɔ",
    "aw": "aʊ",
    "ax": "ə",
    "axr": "ɚ",
    "ay": "aɪ",
    "b": "b",
    "ch": "tʃ",
    "d": "d",
    "dh": "ð",
    "dx": "ɾ",
    "eh": "ɛ",
    "el": "əl",
    "em": "m",
    "en": "ən",
    "er": "ɝ",
    "ey": "eɪ",
    "f": "f",
    "g": "ɡ",
    "hh": "h",
    "hv": "h",
    "ih": "ɪ",
    "iy": "i",
    "jh": "dʒ",
    "k": "k",
    "l": "l",
    "m": "m",
    "n": "n",
    "nx": "n",
    "ng": "ŋ",
    "ow": "oʊ",
    "oy": "ɔɪ",
    "p": "p",
    "r": "ɹ",
    "s": "s",
    "sh": "ʃ",
    "t": "t",
    "th": "θ",
    "uh": "ʊ",
    "uw": "u",
    "v": "v",
    "w": "w",
    "y": "j",
    "z": "z",
    "zh": "ʒ",
    "pau": "",
    "ssil": "",
}
"""The phone set of flite's English voices (that of the CMU dictionary); pauses are empty."""


def base_phones(ipa: str) -> list[str]:
    """The phones of a synthesiser's symbol that have a shape: "tʃ" gives t and ʃ; length, stress and tone marks go."""
    bases = []
    for letter in unicodedata.normalize("NFC", ipa.split("(")[0]):
        if letter not in VOWELS and letter not in CONSONANTS:
            letter = unicodedata.normalize("NFD", letter)[0]
        if letter in VOWELS or letter in CONSONANTS:
            bases.append(letter)
    return bases
