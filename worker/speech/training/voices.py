"""Who speaks: languages, voice variants and styles, and which of them are kept for testing."""

import random
from dataclasses import dataclass

# espeak-ng language -> how often, relative to the others: those that many people speak, and those with rare lip shapes.
LANGUAGES = {
    "en-us": 12, "en-gb": 4, "ko": 10, "ja": 8, "cmn-latn-pinyin": 10, "es": 5, "es-419": 3, "fr": 8, "de": 8,
    "pt-br": 6, "ar": 5, "it": 4, "tr": 3, "pl": 3, "vi": 3, "nl": 3, "sv": 2, "fi": 2, "id": 2, "el": 2, "hu": 2,
    "fa": 2, "ta": 1.5, "cs": 1.5, "ro": 1.5, "da": 1.5, "nb": 1, "ca": 1, "sk": 1, "hr": 1, "lt": 1, "et": 1, "eu": 1,
}  # fmt: skip
HELD_OUT_LANGUAGES = ("ru", "hi")

VARIANTS = (
    "f1 f2 f3 f4 m1 m2 m3 m4 m5 m6 m8 Alex Andrea Andy Annie AnxiousAndy Denis Diogo Gene Gene2 Henrique Hugo Jacky "
    "Lee Marco Michael Mike Nguyen adam anika antonio aunty belinda benjamin boris caleb david ed edward edward2 "
    "grandma iven iven2 iven3 iven4 john kaukovalta linda klatt klatt2 klatt4 klatt5 klatt6 marcelo max michel "
    "miguel norbert pablo paul pedro quincy rob robert sandro shelby steph steph3 travis victor zac"
).split() + [""] * 4
WHISPERED_VARIANTS = ("whisper", "whisperf")
HELD_OUT_VARIANTS = ("f5", "m7", "Alicia", "klatt3", "steph2", "grandpa", "Mario")

FLITE_VOICES = ("slt", "slt", "rms", "rms", "awb", "kal16")

STYLES = {"plain": 0.66, "child": 0.12, "sung": 0.12, "whispered": 0.10}
"""How often each way of speaking is heard in training."""


@dataclass(frozen=True)
class Manner:
    """How espeak-ng is to say something."""

    language: str
    variant: str
    style: str
    words_per_minute: int
    pitch: int
    """0…99, espeak-ng's scale."""
    pitch_range: int


def choose_manner(split: str, rng: random.Random) -> Manner:
    """`split`: "train", "new voice" (a known language), "new style" (the same, not plain) or "new language".

    Training hears no voice variant and no language of the other three.
    """
    if split == "new language":
        language = rng.choice(HELD_OUT_LANGUAGES)
    else:
        language = rng.choices(list(LANGUAGES), list(LANGUAGES.values()))[0]
    if split != "train":
        variant = rng.choice(HELD_OUT_VARIANTS)
        style = rng.choice(["child", "sung", "whispered"]) if split == "new style" else "plain"
    else:
        style = rng.choices(list(STYLES), list(STYLES.values()))[0]
        whispers = style == "whispered" and rng.random() < 0.3
        variant = rng.choice(WHISPERED_VARIANTS if whispers else VARIANTS)
    words_per_minute = rng.choice([80, 90, 100, 120]) if style == "sung" else max(95, min(270, int(rng.gauss(165, 34))))
    pitch = rng.randint(70, 99) if style == "child" else rng.randint(5, 95)
    return Manner(language, variant, style, words_per_minute, pitch, rng.choice([0, 10, 30, 50, 60, 80, 99]))
