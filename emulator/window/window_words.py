"""Words of the window, Indonesian first and English beside it. Short, as on a printer's own panel."""

from collections.abc import Mapping
from dataclasses import dataclass

from emulator.evolis import words as evolis_words
from emulator.machine.card import Bin, Position, Side
from emulator.machine.stoppage import Cause
from emulator.magicard.words import ERRORS


@dataclass(frozen=True, slots=True)
class Words:
    """One thing said in both languages."""

    indonesian: str
    english: str

    def filled(self, **values: object) -> "Words":
        """Return it with its gaps filled in."""
        return Words(self.indonesian.format(**values), self.english.format(**values))

    def __str__(self) -> str:
        """Return both on one line."""
        return f"{self.indonesian}/{self.english}"


PANELS: Mapping[str, Words] = {
    "y": Words("kuning (Y)", "yellow (Y)"),
    "m": Words("merah (M)", "magenta (M)"),
    "c": Words("biru (C)", "cyan (C)"),
    "k": Words("hitam (K)", "black (K)"),
    "o": Words("pelapis (O)", "overlay (O)"),
    "l": Words("pelapis kedua (L)", "second overlay (L)"),
}


def panel_words(letter: str) -> Words:
    """Return what a panel is called; one of unknown purpose goes by its letter."""
    return PANELS.get(letter, Words(letter.upper(), letter.upper()))


SIDES: Mapping[str, Words] = {
    Side.FRONT: Words("depan", "front"),
    Side.BACK: Words("belakang", "back"),
}

PLACES: Mapping[str, Words] = {
    Position.FEEDER: Words("pengambil blangko", "feeder"),
    Position.PRINT: Words("kepala cetak", "print head"),
    Position.FLIP: Words("pembalik", "flip station"),
    Position.CONTACT: Words("stasiun chip", "contact station"),
    Position.CONTACTLESS: Words("stasiun chip nirsentuh", "contactless station"),
    Position.EJECT: Words("pintu keluar", "exit"),
}

BINS: Mapping[str, Words] = {
    Bin.OUTPUT: Words("hasil", "output"),
    Bin.REJECT: Words("tolak", "reject"),
}

# What a motion is, for the bar under the path.
MOTIONS: Mapping[str, Words] = {
    "feed": Words("menarik blangko", "feeding"),
    "align": Words("meluruskan", "aligning"),
    "print": Words("mencetak", "printing"),
    "turn": Words("membalik", "turning"),
    "move": Words("memindahkan", "moving"),
    "eject": Words("mengeluarkan", "ejecting"),
    "reject": Words("menolak", "rejecting"),
    "encode": Words("menulis magnet", "encoding"),
    "read": Words("membaca magnet", "reading"),
    "clean": Words("membersihkan", "cleaning"),
}

# What a motion is, as a sentence.
MOTION_SENTENCES: Mapping[str, Words] = {
    "feed": Words("Menarik blangko {card} dari wadah", "Feeding blank {card} from the hopper"),
    "align": Words("Meluruskan kartu {card} di kepala", "Aligning card {card} under the head"),
    "print": Words("Mencetak panel {panel} pada kartu {card}", "Printing {panel} on card {card}"),
    "turn": Words("Membalik kartu {card}", "Turning card {card} over"),
    "move": Words("Memindahkan kartu {card}", "Moving card {card} along the path"),
    "eject": Words("Mengeluarkan kartu {card} ke wadah hasil", "Ejecting card {card}"),
    "reject": Words("Membuang kartu {card} ke wadah tolak", "Rejecting card {card}"),
    "encode": Words("Menulis pita magnet kartu {card}", "Encoding the stripe of card {card}"),
    "read": Words("Membaca pita magnet kartu {card}", "Reading the stripe of card {card}"),
    "clean": Words("Membersihkan jalur kartu", "Cleaning the card path"),
}

# The same of a receipt printer.
PAPER_SENTENCES: Mapping[str, Words] = {
    "print": Words("Mencetak struk", "Printing a slip"),
    "feed": Words("Memajukan kertas", "Feeding paper"),
    "cut": Words("Memotong struk", "Cutting the slip off"),
}

ENDINGS: Mapping[str, Words] = {
    "cut": Words("dipotong", "cut"),
    "partial-cut": Words("dipotong sebagian", "cut partly"),
    "torn": Words("disobek", "torn off"),
}

# What the machine waits for, and what a person should do.
WAITING_SENTENCES: Mapping[str, Words] = {
    Cause.FEEDER_EMPTY: Words(
        "Menunggu blangko: wadah kosong, isi lagi",
        "Waiting for blanks: the hopper is empty, fill it",
    ),
    Cause.FEED_JAM: Words(
        "Blangko tersangkut di wadah: buka, rapikan",
        "A blank is stuck in the feeder: open it, straighten the stack",
    ),
    Cause.JAM: Words(
        "Kartu macet di dalam: buka tutup, keluarkan kartu",
        "A card is jammed inside: open the cover, take it out",
    ),
    Cause.COVER_OPEN: Words(
        "Menunggu: tutup terbuka, silakan tutup", "Waiting: the cover is open, close it"
    ),
    Cause.RIBBON_ENDED: Words(
        "Menunggu pita: pita habis, ganti baru", "Waiting for ribbon: it is used up, replace it"
    ),
    Cause.RIBBON_MISSING: Words(
        "Menunggu pita: pita belum dipasang", "Waiting for ribbon: none is fitted"
    ),
    Cause.RIBBON_TORN: Words(
        "Pita putus: sambung atau ganti", "The ribbon is torn: tape it or replace it"
    ),
    Cause.RIBBON_WRONG: Words(
        "Pita tidak cocok dengan pekerjaan: ganti",
        "The ribbon does not suit the job: fit another one",
    ),
    Cause.OUTPUT_FULL: Words(
        "Menunggu: wadah hasil penuh, kosongkan", "Waiting: the output tray is full, empty it"
    ),
    Cause.NO_CARD: Words("Kartu tidak ada di tempatnya", "The card is not where it should be"),
}

# The same as the name of a trouble that stands until the host clears it.
TROUBLES: Mapping[str, Words] = {
    Cause.FEEDER_EMPTY: Words("wadah blangko kosong", "hopper empty"),
    Cause.FEED_JAM: Words("blangko tidak terambil", "no blank was fed"),
    Cause.JAM: Words("kartu macet", "card jammed"),
    Cause.COVER_OPEN: Words("tutup dibuka", "cover was opened"),
    Cause.RIBBON_ENDED: Words("pita habis", "ribbon used up"),
    Cause.RIBBON_MISSING: Words("pita tidak ada", "no ribbon"),
    Cause.RIBBON_TORN: Words("pita putus", "ribbon torn"),
    Cause.RIBBON_WRONG: Words("pita tidak cocok", "wrong ribbon"),
    Cause.OUTPUT_FULL: Words("wadah hasil penuh", "output tray full"),
    Cause.NO_CARD: Words("kartu hilang", "card gone"),
}

_EVOLIS_TROUBLES = {
    evolis_words.ERR_FEEDER_ERROR: TROUBLES[Cause.FEED_JAM],
    evolis_words.ERR_RIBBON_ERROR: Words("gangguan pita", "ribbon fault"),
    evolis_words.ERR_COVER_OPEN: TROUBLES[Cause.COVER_OPEN],
    evolis_words.ERR_MECHANICAL: Words("gangguan mekanik", "mechanical fault"),
    evolis_words.ERR_BAD_RIBBON: TROUBLES[Cause.RIBBON_WRONG],
    evolis_words.ERR_RIBBON_ENDED: TROUBLES[Cause.RIBBON_ENDED],
    evolis_words.ERR_HOPPER_FULL: TROUBLES[Cause.OUTPUT_FULL],
    evolis_words.MAGNETIC_ERRORS: Words("gangguan pita magnet", "stripe fault"),
}
_MAGICARD_TROUBLES: Mapping[str, Words] = {
    code.pair: TROUBLES[cause] for cause, code in ERRORS.items()
}
_CALM = ("", "00000000", "00:00")


def trouble_words(errors: str) -> Words | None:
    """Return the trouble that stands until a host or a person clears it, None if none does.

    Args:
        errors: the truth's own: eight hex digits of an Evolis, the pair of numbers of a Magicard.
    """
    if errors in _CALM:
        return None
    if errors in _MAGICARD_TROUBLES:
        return _MAGICARD_TROUBLES[errors]
    try:
        bits = int(errors, 16)
    except ValueError:
        bits = 0
    known = [words for bit, words in _EVOLIS_TROUBLES.items() if bits & bit]
    return known[0] if known else Words(f"galat {errors}", f"error {errors}")


# Incidents, by the order that made them; the rest of an order follows the Indonesian word.
INCIDENTS = {
    "add-blanks": "isi blangko",
    "empty-hopper": "ambil blangko",
    "busy": "jalur sibuk",
    "clear-jam": "bebaskan macet",
    "take-card": "ambil kartu",
    "clock": "jam salah",
    "close-cover": "tutup ditutup",
    "open-cover": "tutup dibuka",
    "delay": "jawaban lambat",
    "drop": "kabel lepas",
    "duplicate-reply": "jawaban ganda",
    "fade-ribbon": "pita pudar",
    "fit-head": "kepala lama",
    "garbage": "data kacau",
    "half-reply": "jawaban putus",
    "heat": "kepala panas",
    "jam": "macet",
    "mend-ribbon": "pita disambung",
    "misregister": "warna geser",
    "output-capacity": "batas hasil",
    "empty-output": "hasil diambil",
    "power-cut": "listrik padam",
    "power-on": "listrik hidup",
    "reboot": "nyala ulang",
    "replug": "kabel dipasang",
    "ribbon": "pasang pita",
    "remove-ribbon": "lepas pita",
    "ribbon-out": "pita habis",
    "room": "suhu ruang",
    "serial": "nomor lain",
    "silence": "tidak menjawab",
    "stale-reply": "jawaban basi",
    "stall": "USB macet",
    "tear-ribbon": "pita putus",
    "unplug": "kabel dicabut",
    "unplug-after": "kabel dicabut",
}
