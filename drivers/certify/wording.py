"""What the person reads: each question in Indonesian first and English beside it. No logic."""

from typing import Any

from drivers.certify.asked import Word

Pair = tuple[str, str]

QUESTIONS: dict[str, Pair] = {
    "blanks-in": (
        (
            "Kosongkan baki keluaran dan baki tolak. Masukkan tepat {count} blangko ke wadah. Tutup penutup. "
            "Berapa blangko ada di wadah?"
        ),
        (
            "Empty the output and reject trays. Put exactly {count} blanks into the hopper. Close the cover. "
            "How many blanks are in the hopper?"
        ),
    ),
    "open-cover": (
        "Buka penutup printer dan biarkan terbuka.",
        "Open the printer's cover and leave it open.",
    ),
    "close-cover": ("Tutup penutup printer.", "Close the printer's cover."),
    "where": (
        (
            "Tunggu sampai tidak ada yang bergerak. Di mana kartu terakhir sekarang? Bila perlu lihat lewat "
            "penutup, lalu tutup lagi."
        ),
        "Wait until nothing moves. Where is the last card now? Look under the cover if you must, then close it.",
    ),
    "power-off": (
        "CABUT LISTRIK printer SEKARANG. Jangan sentuh kartunya.",
        "PULL THE POWER of the printer NOW. Do not touch the card.",
    ),
    "power-on": (
        "Pasang lagi listriknya dan nyalakan printer.",
        "Put the power back and switch the printer on.",
    ),
    "unplug": (
        "CABUT KABEL DATA (USB atau jaringan) dari printer SEKARANG. Listrik tetap menyala.",
        "PULL THE DATA CABLE (USB or network) from the printer NOW. The power stays on.",
    ),
    "replug": ("Pasang lagi kabel data.", "Put the data cable back."),
    "output-count": (
        "Berapa kartu ada di baki keluaran? Biarkan di sana.",
        "How many cards lie in the output tray? Leave them there.",
    ),
    "take-card": (
        "Buka penutup, keluarkan kartu dari dalam printer dengan tangan, tutup lagi. Simpan kartunya.",
        "Open the cover, take the card inside out by hand, close it again. Keep the card.",
    ),
    "card-look": (
        "Lihat kartu terakhir itu: ada warna di atasnya?",
        "Look at that last card: is there colour on it?",
    ),
    "empty-hopper": (
        "Keluarkan semua blangko dari wadah dan pegang. Berapa yang Anda keluarkan?",
        "Take all blanks out of the hopper and hold them. How many did you take out?",
    ),
    "one-blank": (
        "Masukkan SATU blangko ke wadah.",
        "Put ONE blank into the hopper.",
    ),
    "card-came": (
        "Tunggu satu menit. Apakah ada kartu tercetak yang keluar?",
        "Wait one minute. Did a printed card come out?",
    ),
    "blanks-left": (
        "Berapa blangko yang belum terpakai, di wadah dan di tangan?",
        "How many blanks are unused, in the hopper and in your hand?",
    ),
}

WORDS: dict[Word, Pair] = {
    Word.DONE: ("sudah", "done"),
    Word.INSIDE: ("di dalam printer", "inside the printer"),
    Word.OUTPUT: ("di baki keluaran", "in the output tray"),
    Word.HOPPER: ("tidak bergerak, di wadah", "nothing has moved, in the hopper"),
    Word.PRINTED: ("ada warna", "there is colour"),
    Word.BLANK: ("kosong", "blank"),
    Word.YES: ("ya", "yes"),
    Word.NO: ("tidak", "no"),
}

NUMBER: Pair = ("Tulis angkanya", "Write the number")
NOT_UNDERSTOOD: Pair = ("Itu bukan salah satu jawabannya.", "That is none of the answers.")
BOOK: Pair = (
    (
        "Kartu terpakai: {used}. Bukukan: `ktp-station load -{used} --by NAMA`, catat di berita acara. Pencacah "
        "printer maju, jadi stasiun mengunci printer ini sampai dua orang menghitung (`ktp-station unlock`)."
    ),
    (
        "Cards used: {used}. Book them: `ktp-station load -{used} --by NAME`, and in the minutes. The printer's "
        "counter has moved, so the station locks this printer until two people have counted (`ktp-station unlock`)."
    ),
)
PERHAPS: Pair = (
    "Mungkin satu kartu lagi terpakai: lihat ke dalam printer dan bakinya.",
    "One more card may have been used: look into the printer and its trays.",
)
JOB_LEFT: Pair = (
    "Mungkin masih ada tugas di dalam printer: MATIKAN printer, nyalakan lagi sebelum apa pun.",
    "A job may still be in the printer: switch it OFF and on before anything else.",
)
NO_PROFILE: Pair = ("Tidak ada profil", "No profile")
SIGN: Pair = (
    "Profil ditulis ke {path}. Bawa ke kantor: `ktp-hub certify-profile {path} --by NAMA`.",
    "The profile was written to {path}. Take it to the office: `ktp-hub certify-profile {path} --by NAME`.",
)


def question(name: str, about: dict[str, Any]) -> Pair:
    """Return a question's sentences, filled in."""
    indonesian, english = QUESTIONS[name]
    return indonesian.format(**about), english.format(**about)
