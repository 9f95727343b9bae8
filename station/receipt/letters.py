"""Letters of a slip: any text to one of ASCII alone, without a question mark in a letter's place.

ASCII, for it is all that printers agree on: page 437 has number 0 on a TM-T20II and 52 on a POS-5890 (their profiles in
python-escpos 3.1), and the wrong number prints another letter. What ASCII lacks is written with what it has: an accent
is left off, a sign is spelt, a letter of another script becomes the name Unicode gives it (Omega).
"""

import unicodedata

_SPELT = {
    "\u2018": "'", "\u2019": "'", "\u201a": "'", "\u02bc": "'", "\u02bb": "'",
    "\u201c": '"', "\u201d": '"', "\u201e": '"', "\u20ac": "EUR", "\u00a3": "GBP", "\u00b0": "deg",
    "\u2010": "-", "\u2011": "-", "\u2012": "-", "\u2013": "-", "\u2014": "-", "\u2212": "-",
    "\u2022": "-", "\u00b7": "-", "\u00d7": "x", "\u2044": "/", "\u00df": "ss",
    "\u00c6": "AE", "\u00e6": "ae", "\u0152": "OE", "\u0153": "oe", "\u00d8": "O", "\u00f8": "o",
    "\u0141": "L", "\u0142": "l", "\u0110": "D", "\u0111": "d", "\u0131": "i",
}  # fmt: skip


def writable(text: str) -> str:
    """Return a text of printable ASCII; a run of white space or controls becomes one space."""
    plain = "".join(_letter(letter) for letter in unicodedata.normalize("NFC", text))
    return " ".join(plain.split())


def _letter(letter: str) -> str:
    if letter in _SPELT:
        return _SPELT[letter]
    if letter.isspace() or unicodedata.category(letter).startswith("C"):
        return " "
    if letter.isascii():
        return letter
    bare = "".join(
        part for part in unicodedata.normalize("NFKD", letter) if not unicodedata.combining(part)
    )
    if bare != letter:
        return "".join(_letter(part) for part in bare)
    return _name(letter)


def _name(letter: str) -> str:
    """Return the last word of a letter's name, in its case; a sign's whole name in brackets."""
    name = unicodedata.name(letter, f"U+{ord(letter):04X}")
    if not letter.isalpha():
        return f"[{name.lower()}]"
    word = name.rpartition(" ")[2]
    return word.capitalize() if letter.isupper() else word.lower()
