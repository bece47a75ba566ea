"""Sentences to be spoken: the translation catalogues (.mo) of installed Debian packages, and invented syllables."""

import gettext
import random
import re
from pathlib import Path

CATALOGUE_FOLDERS = ("/usr/share/locale", "/usr/share/vim/vim90/lang")

# espeak-ng's language -> the catalogue's locale.
LOCALES = {
    "de": "de", "fr": "fr", "es": "es", "it": "it", "pt-br": "pt_BR", "ru": "ru", "pl": "pl", "tr": "tr", "ko": "ko",
    "vi": "vi", "hi": "hi", "ar": "ar", "nl": "nl", "sv": "sv", "fi": "fi", "id": "id", "el": "el", "hu": "hu",
    "fa": "fa", "ta": "ta", "ja": "ja", "cs": "cs", "ro": "ro", "da": "da", "nb": "nb", "ca": "ca", "sk": "sk",
    "hr": "hr", "lt": "lt", "et": "et", "eu": "eu",
}  # fmt: skip
SAME_TEXT = {"en-gb": "en-us", "es-419": "es"}
NOT_LATIN = {"ko", "hi", "ru", "ar", "el", "ja", "fa", "ta"}
LATIN_SPELLED = {"en-us", "de", "fr", "es", "it", "pt-br", "tr", "id", "nl", "sv", "da", "nb", "ca"}

# Catalogues of names (countries, languages) would drown the sentences: only so many of each.
NAMES_PER_CATALOGUE = 250

Corpus = dict[str, list[str]]


def load_corpus() -> Corpus:
    """Phrases by espeak-ng language, free of markup, place-holders and digits. English is their source text."""
    raw: dict[str, set[str]] = {"en-us": set()}
    for language, locale in LOCALES.items():
        raw[language] = set()
        for source, translation in _catalogue_entries(locale):
            raw[language].add(translation)
            if language in ("de", "fr", "es"):
                raw["en-us"].add(source)
    return {language: sorted({p for t in texts for p in _phrases(t, language)}) for language, texts in raw.items()}


def _catalogue_entries(locale: str):
    for folder in CATALOGUE_FOLDERS:
        for path in sorted(Path(folder, locale, "LC_MESSAGES").glob("*.mo")):
            try:
                with path.open("rb") as file:
                    entries = list(gettext.GNUTranslations(file)._catalog.items())  # type: ignore[attr-defined]
            except (OSError, UnicodeDecodeError, ValueError):
                continue  # a catalogue in another encoding, or cut off: there are enough of them
            if path.name.startswith("iso_"):
                entries = random.Random(1).sample(entries, min(NAMES_PER_CATALOGUE, len(entries)))
            for key, translation in entries:
                source = key[0] if isinstance(key, tuple) else key
                if source and translation:
                    yield source.split("\x04")[-1], translation


def _phrases(text: str, language: str):
    text = re.sub(r"%[-0-9.*$]*[a-zA-Z]+|<[^>]*>|&[a-z]+;|https?:\S+|\\[a-z]", " ", text)
    text = re.sub(r"\([^)]*\)|\[[^\]]*\]", " ", text).replace("_", "").replace("…", " ")
    for phrase in re.split(r"[\n.;:!?。|=]+", text):
        phrase = re.sub(r"[^\w\s,'\u0900-\u097f\u0b80-\u0bff’-]|\d+| --?\w*", " ", phrase)
        if language in NOT_LATIN:
            phrase = re.sub(r"[A-Za-z]+", " ", phrase)
        if language == "ja":  # espeak-ng reads kana only
            phrase = " ".join(re.findall(r"[ぁ-んァ-ヴー]{2,}", phrase))
        phrase = re.sub(r"\s+", " ", phrase).strip()
        if len(phrase) >= 4 and not re.search(r"[A-Z]{3,}", phrase):
            yield phrase


def sentence(corpus: Corpus, language: str, rng: random.Random) -> str:
    """Something of 18 to 90 letters for that voice to say."""
    if language == "cmn-latn-pinyin":
        return _mandarin(rng)
    if language == "ja" and rng.random() < 0.6:
        return _japanese(rng)
    language = SAME_TEXT.get(language, language)
    if language in LATIN_SPELLED and rng.random() < 0.15:
        return _labial_nonsense(rng)
    length = rng.randint(18, 90)
    spoken = ""
    while len(spoken) < length:
        words = rng.choice(corpus[language]).split()
        count = rng.randint(2, 9)
        first = rng.randint(0, max(0, len(words) - count))
        spoken += (rng.choice([" ", " ", " ", ", ", ". "]) if spoken else "") + " ".join(words[first : first + count])
    return spoken


PINYIN_FINALS = {
    "b p m": "a ai ao an ang ei en eng i ie iao ian in ing o u",
    "f": "a an ang ei en eng ou u",
    "d t n l": "a ai ao an ang e eng i ie iao ian ing ong ou u uo uan",
    "g k h": "a ai ao an ang e en eng ong ou u ua uo uai ui uan un uang",
    "j q x": "i ia ie iao iu ian in iang ing iong u ue uan un",
    "zh ch sh r z c s": "ao an ang e en eng i ou u uo ui uan un",
}
PINYIN_BARE = (
    "ya ye yao you yan yin yang ying yong yi yu yue yuan yun wa wo wai wei wan wen wang wu a ai an ao e er".split()
)
PINYIN = [i + f for initials, finals in PINYIN_FINALS.items() for i in initials.split() for f in finals.split()]


def _mandarin(rng: random.Random) -> str:
    """Any syllables in any order: hanzi would be read as English by Debian's voice, and the lips know no meaning."""
    syllables = []
    for _ in range(rng.randint(6, 22)):
        tone = rng.choice("123445")
        syllables.append(rng.choice(PINYIN + PINYIN_BARE) + tone + ("," if rng.random() < 0.05 else ""))
    return " ".join(syllables)


KANA = list("かきくけこさしすせそたちつてとなにぬねのはひふへほまみむめもやゆよらりるれろわがぎぐげござじずぜぞだでどばびぶべぼぱぴぷぺぽあいうえお")
KANA_GROUPS = "ん っか っぱ っと きょう しょ しゅ ちょ じゃ りょ みょ びょ おう えい ああ おお".split()
PARTICLES = ["は", "が", "を", "の", "に", "で", "も", "です", "ます", "まして", "と", "", "", "、"]


def _japanese(rng: random.Random) -> str:
    words = []
    for _ in range(rng.randint(3, 7)):
        kana = (rng.choice(KANA if rng.random() < 0.85 else KANA_GROUPS) for _ in range(rng.randint(2, 5)))
        words.append("".join(kana) + rng.choice(PARTICLES))
    return " ".join(words)


ONSETS = "p b m f v p b m f v t d s k l n r w sh ch pl br sp fl".split()
RIMES = "a e i o u oo ee ai ou aw".split()
CODAS = ["", "", "p", "m", "b", "f", "n", "t", "s"]


def _labial_nonsense(rng: random.Random) -> str:
    """Words full of p, b, m, f and v beside the sounds that they are mistaken for."""
    words = []
    for _ in range(rng.randint(4, 9)):
        syllables = (rng.choice(ONSETS) + rng.choice(RIMES) for _ in range(rng.randint(1, 3)))
        words.append("".join(syllables) + rng.choice(CODAS))
    return " ".join(words)
