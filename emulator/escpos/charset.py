"""Characters of a receipt printer: which letter a byte is, by code page (ESC t) and national set (ESC R).

Bytes from 80 up belong to the code page; twelve below it to the national set. A byte without a letter shows as U+FFFD.
"""

from functools import cache

NO_LETTER = "\ufffd"

# ESC t: number -> Python's name of the code page.
CODE_PAGES = {
    0: "cp437", 1: "cp932", 2: "cp850", 3: "cp860", 4: "cp863", 5: "cp865", 13: "cp857", 14: "cp737",
    15: "iso8859_7", 16: "cp1252", 17: "cp866", 18: "cp852", 19: "cp858", 32: "cp720", 33: "cp775",
    34: "cp855", 35: "cp861", 36: "cp862", 37: "cp864", 38: "cp869", 39: "iso8859_2", 40: "iso8859_15",
    44: "cp1125", 45: "cp1250", 46: "cp1251", 47: "cp1253", 48: "cp1254", 49: "cp1255", 50: "cp1256",
    51: "cp1257", 52: "cp1258",
}  # fmt: skip

# ESC R: what stands in the places of these.
_PLACES = "#$@[\\]^`{|}~"
NATIONAL_SETS = (
    "#$@[\\]^`{|}~",  # USA
    "#$à°ç§^`éùè¨",  # France
    "#$§ÄÖÜ^`äöüß",  # Germany
    "£$@[\\]^`{|}~",  # United Kingdom
    "#$@ÆØÅ^`æøå~",  # Denmark I
    "#¤ÉÄÖÅÜéäöåü",  # Sweden
    "#$@°\\é^ùàòèì",  # Italy
    "₧$@¡Ñ¿^`¨ñ}~",  # Spain I
    "#$@[¥]^`{|}~",  # Japan
    "#¤ÉÆØÅÜéæøåü",  # Norway
    "#$ÉÆØÅÜéæøåü",  # Denmark II
    "#$á¡Ñ¿é`íñóú",  # Spain II
    "#$á¡Ñ¿éüíñóú",  # Latin America
    "#$@[₩]^`{|}~",  # Korea
)


def letter(code: int, page: int, national: int) -> str:
    """Return the letter of a byte from 20 up; one character, never a control."""
    return _table(page, national)[code - 0x20]


@cache
def _table(page: int, national: int) -> str:
    low = "".join(map(chr, range(0x20, 0x7F))).translate(
        str.maketrans(_PLACES, NATIONAL_SETS[national])
    )
    return low + "".join(_of_page(code, CODE_PAGES[page]) for code in range(0x7F, 0x100))


def _of_page(code: int, encoding: str) -> str:
    found = bytes((code,)).decode(encoding, "replace")
    if found == "\xa0":
        return " "
    return found if len(found) == 1 and found.isprintable() else NO_LETTER
