"""How many parts a text message takes: providers count, and charge, by the segment (3GPP TS 23.038)."""

import unicodedata

# The letters that a phone packs into 7 bits, and those that take two places there. Any other letter makes every one of
# the message take 16 bits.
GSM = frozenset(
    "@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿"
    "abcdefghijklmnopqrstuvwxyzäöñüà"
)
GSM_TWICE = frozenset("^{}\\[~]|€\f")
ONE_GSM, EACH_GSM = 160, 153  # places in a message of one segment, and in each of several
ONE_WIDE, EACH_WIDE = 70, 67
PLAIN = str.maketrans({"’": "'", "‘": "'", "“": '"', "”": '"', "–": "-", "—": "-", "…": "...", "\u00a0": " "})


def as_gsm(text: str) -> str:
    """Return a text in letters that take 7 bits, so without some accents; as it is where that cannot be."""
    plain = "".join(_plain(letter) for letter in text.translate(PLAIN))
    return plain if is_gsm(plain) else text


def is_gsm(text: str) -> bool:
    """Tell whether every letter takes 7 bits."""
    return GSM.union(GSM_TWICE).issuperset(text)


def segments_of(text: str) -> int:
    """Return how many segments a text message takes; an empty one takes one."""
    if is_gsm(text):
        places, one, each = sum(1 + (letter in GSM_TWICE) for letter in text), ONE_GSM, EACH_GSM
    else:
        places, one, each = len(text.encode("utf-16-le")) // 2, ONE_WIDE, EACH_WIDE
    return 1 if places <= one else -(-places // each)


def _plain(letter: str) -> str:
    return letter if is_gsm(letter) else unicodedata.normalize("NFD", letter)[0]
