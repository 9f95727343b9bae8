"""The ESC/POS commands whose length is known: how many bytes belong to each. No meaning here: `typesetter.py`.

A command begins with ESC, GS, FS or DLE and one more byte, its name. Most have a fixed number of parameter bytes
(`FIXED`); the parser knows the others one by one. Names are bytes, as they stand on the line.
"""

ESC, GS, FS, DLE = b"\x1b", b"\x1d", b"\x1c", b"\x10"
PREFIXES = frozenset(ESC + GS + FS + DLE)

LF, HT = b"\n", b"\t"
# Controls that print nothing and feed nothing: NUL, BEL, VT, FF and CAN outside of page mode, CR beside LF.
SILENT_CONTROLS = frozenset(b"\x00\x07\x0b\x0c\x0d\x18")

INIT = ESC + b"@"
TABS = ESC + b"D"
COLUMN_IMAGE = ESC + b"*"
RASTER_IMAGE = GS + b"v"
GRAPHICS = GS + b"(L"
SYMBOL = GS + b"(k"
BAR_CODE = GS + b"k"
CUT = GS + b"V"
SELECT = ESC + b"="
DRAWER = ESC + b"p"
PANEL = ESC + b"c"
AUTOMATIC_STATUS = GS + b"a"
PAPER_SENSORS = GS + b"r"
IDENTITY = GS + b"I"
STATUS_NOW = DLE + b"\x04"
RECOVER_NOW = DLE + b"\x05"
REQUEST_NOW = DLE + b"\x14"
CLEAR_SIGN = bytes(
    (1, 3, 20, 1, 6, 2, 8)
)  # REQUEST_NOW 8 clears the buffers only with this behind it
FAMILIES = frozenset((GS + b"(", ESC + b"(", FS + b"("))  # a letter and a length follow
LONG_GRAPHICS = GS + b"8"  # as the family, with a length of four bytes

STORE_RASTER = 112  # function of GRAPHICS that holds dots; 50 and 2 print them

FIXED = {
    **{ESC + bytes((verb,)): 0 for verb in b"@2imLS<"},
    **{ESC + bytes((verb,)): 1 for verb in b"! -3A+EGJKMRTUV{ader=%?t"},
    **{ESC + bytes((verb,)): 2 for verb in b"$\\Bc"},
    ESC + b"p": 3,
    ESC + b"W": 8,
    **{GS + bytes((verb,)): 0 for verb in b":c"},
    **{GS + bytes((verb,)): 1 for verb in b"!BHITabfhrw|Ej/"},
    **{GS + bytes((verb,)): 2 for verb in b"LPW$\\"},
    GS + b"^": 3,
    GS + b"g": 4,
    **{FS + bytes((verb,)): 0 for verb in b".&"},
    **{FS + bytes((verb,)): 1 for verb in b"!-CW"},
    **{FS + bytes((verb,)): 2 for verb in b"Sp"},
}

_PREFIX_WORDS = {0x1B: "ESC", 0x1D: "GS", 0x1C: "FS", 0x10: "DLE"}
_CONTROL_WORDS = {0x0A: "LF", 0x09: "HT"}


def spoken(name: bytes, params: bytes = b"") -> str:
    """Return a command as people write it, `ESC ! 08`."""
    words = [_CONTROL_WORDS[name[0]]] if name[:1] in (LF, HT) else [_PREFIX_WORDS[name[0]]]
    words += [f"{byte:02X}" if name[:1] == DLE else chr(byte) for byte in name[1:]]
    return " ".join((*words, *(f"{byte:02X}" for byte in params)))
