"""Letters of a slip: any text to one that code page 437 can write, without a question mark in a letter's place.

Page 437 is number 0 on every ESC/POS printer, so no page is ever switched. What it lacks is written with what it has:
an accent is left off, a sign is spelt, a letter of another script becomes the name Unicode gives it (Omega).
"""

import unicodedata

CODE_PAGE = "cp437"

_SPELT = {
    "\u2018": "'", "\u2019": "'", "\u201a": "'", "\u02bc": "'", "\u02bb": "'",
    "\u201c": '"', "\u201d": '"', "\u201e": '"', "\u2026": "...", "\u20ac": "EUR",
    "\u2010": "-", "\u2011": "-", "\u2012": "-", "\u2013": "-", "\u2014": "-", "\u2212": "-",
    "\u2022": "-", "\u00d7": "x", "\u0141": "L", "\u0142": "l", "\u00d8": "O", "\u00f8": "o",
    "\u0110": "D", "\u0111": "d", "\u0131": "i", "\u0152": "OE", "\u0153": "oe",
}  # fmt: skip


def writable(text: str) -> str:
    """Return a text of the letters of page 437; a run of white space or controls becomes one space."""
    plain = "".join(_letter(letter) for letter in unicodedata.normalize("NFC", text))
    return " ".join(plain.split())


def _letter(letter: str) -> str:
    if letter in _SPELT:
        return _SPELT[letter]
    if letter.isspace() or unicodedata.category(letter).startswith("C"):
        return " "
    if _on_the_page(letter):
        return letter
    bare = "".join(
        part for part in unicodedata.normalize("NFKD", letter) if not unicodedata.combining(part)
    )
    if bare != letter:
        return "".join(_letter(part) for part in bare)
    return _name(letter)


def _on_the_page(letter: str) -> bool:
    try:
        letter.encode(CODE_PAGE)
    except UnicodeEncodeError:
        return False
    return True


def _name(letter: str) -> str:
    """Return the last word of a letter's name, in its case; a sign's whole name in brackets."""
    name = unicodedata.name(letter, f"U+{ord(letter):04X}")
    if not letter.isalpha():
        return f"[{name.lower()}]"
    word = name.rpartition(" ")[2]
    return word.capitalize() if letter.isupper() else word.lower()
