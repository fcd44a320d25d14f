"""The Vietnamese alphabet (thứ tự bảng chữ cái): Đà Nẵng comes after Cà Mau, not after Yên Bái."""

import unicodedata
from typing import Final

_LETTERS: Final = {"a": "ăâ", "d": "đ", "e": "ê", "o": "ôơ", "u": "ư"}
"""What follows each of these, as letters of their own."""
_TONES: Final = "\u0300\u0309\u0303\u0301\u0323"
_LAST: Final = "\uffef"
"""After all that may follow a letter in a word."""


def _places() -> dict[int, str]:
    letters = {base: base for base in "aeiouy"}
    for base, following in _LETTERS.items():
        letters |= {one: base + _LAST * number for number, one in enumerate(following, 1)}
    toned = {
        unicodedata.normalize("NFC", letter + tone): place
        for letter, place in letters.items()
        for tone in _TONES
    }
    return {ord(one): place for one, place in (letters | toned).items() if len(one) == 1}


_PLACES: Final = _places()


def in_alphabet(text: str) -> tuple[str, str]:
    """A key to sort by: letters in the order of the alphabet, tones only where these are equal."""
    return text.lower().translate(_PLACES), text
