"""The register's statuses in words for the counter: what a status means, whether it prints, and what to do.

Order and meaning as offices tell them (Banyumas, Sambas, Purbalingga, Muara Enim; Kebumen for duplicates): seen in
named sources, but for PACKET_RETRY, SEARCH_FAILURE_AT_REGIONAL and the meaning of ADJUDICATE_RECORD and
SENT_FOR_CARD_PRINTING, which are inferred. An unknown status never prints and has no words: ask the register.
"""

from dataclasses import dataclass

from prr.status import UpstreamStatus, printable


@dataclass(frozen=True, slots=True)
class StatusWords:
    """One status as the counter says it, Indonesian and English.

    Attributes:
        phase: 1 start, 2 recording, 3 sending, 4 checking, 5 printing, 6 hand-over.
        corner: the short code that offices write into the corner of a temporary certificate, "" where they have none.
    """

    status: UpstreamStatus
    phase: int
    meaning_id: str
    meaning_en: str
    remedy_id: str
    remedy_en: str
    corner: str = ""

    @property
    def printable(self) -> bool:
        """Tell whether a record of this status may be printed."""
        return printable(self.status.value)


_WAIT = ("Tunggu.", "Wait.")
_COLLECT = ("Ambil kartunya.", "Collect the card.")
_AGAIN = (
    "Minta rekaman dihapus, lalu rekam ulang.",
    "Ask for the recording to be deleted, then record again.",
)
_RESEND = ("Minta dikirim ulang atau tanyakan ke pusat.", "Have it sent again, or ask the centre.")


def _said(
    status: str, phase: int, meaning: tuple[str, str], remedy: tuple[str, str], corner: str = ""
) -> StatusWords:
    return StatusWords(UpstreamStatus(status), phase, *meaning, *remedy, corner)


DICTIONARY = {
    words.status: words
    for words in (
        _said(
            "UNREGISTERED", 1,
            ("Punya NIK, belum pernah direkam.", "Has a NIK, was never recorded."),
            ("Datang untuk perekaman.", "Come to be recorded."),
        ),
        _said(
            "BIO_CAPTURED", 2,
            (
                "Sudah direkam, masih di server setempat.",
                "Recorded, still on the local server.",
            ),
            _WAIT, "PRO",
        ),
        _said(
            "PROCESSING", 2,
            ("Sedang disiapkan untuk dikirim.", "Being prepared for sending."), _WAIT, "PRO",
        ),
        _said(
            "SENT_FOR_ENROLLMENT", 3,
            (
                "Dalam pengiriman ke pusat: beberapa jam sampai 20 hari atau lebih.",
                "Under way to the centre: some hours to 20 days or more.",
            ),
            ("Tunggu; suket dapat diberikan.", "Wait; a temporary certificate may be given."),
            "SFE",
        ),
        _said(
            "RECEIVED_AT_CENTRAL", 3,
            ("Sudah diterima di pusat.", "Received at the centre."), _WAIT, "SFE",
        ),
        _said(
            "ENROLL_FAILURE_AT_CENTRAL", 4,
            (
                "Biometrik tidak lengkap atau tidak terbaca di pusat.",
                "Biometrics are incomplete or unreadable at the centre.",
            ),
            _AGAIN, "EFAC",
        ),
        _said(
            "ENROLL_FAILURE_AT_REGIONAL", 4,
            (
                "Biometrik tidak lengkap atau tidak terbaca di daerah.",
                "Biometrics are incomplete or unreadable in the region.",
            ),
            _AGAIN, "EFAC",
        ),
        _said(
            "SEARCH_FAILURE_AT_CENTRAL", 4,
            ("Pencocokan di pusat gagal.", "Matching at the centre could not be done."), _RESEND,
        ),
        _said(
            "SEARCH_FAILURE_AT_REGIONAL", 4,
            ("Pencocokan di daerah gagal.", "Matching in the region could not be done."), _RESEND,
        ),
        _said(
            "ADJUDICATE_RECORD", 4,
            (
                "Mungkin sama dengan rekaman lain; petugas pusat memutuskan.",
                "Perhaps the same as another recording; somebody at the centre decides.",
            ),
            ("Tunggu keputusan pusat.", "Wait for the centre's decision."),
        ),
        _said(
            "DUPLICATE_RECORD", 4,
            (
                "Direkam lebih dari satu kali, mungkin dengan NIK lain; tidak pernah dicetak.",
                "Recorded more than once, perhaps under another NIK; never printed.",
            ),
            (
                "Pilih satu data di Disdukcapil; yang ganda dihapus.",
                "Choose one record at Disdukcapil; the double one is deleted.",
            ),
            "DUP",
        ),
        _said("PACKET_RETRY", 4, ("Akan dikirim ulang.", "To be sent again."), _WAIT),
        _said(
            "PRINT_READY_RECORD", 5,
            ("Tunggal dan benar: siap cetak.", "Single and verified: ready to print."),
            ("Cetak; bila blangko tidak ada, suket.", "Print; without blanks, a temporary certificate."),
            "PRR",
        ),
        _said(
            "SENT_FOR_CARD_PRINTING", 5,
            ("Sudah dipesan untuk dicetak.", "Ordered to be printed."), _WAIT,
        ),
        _said("CARD_PRINTED", 5, ("Kartu sudah dicetak.", "The card has been printed."), _COLLECT),
        _said(
            "CARD_SHIPPED", 6,
            ("Kartu dikirim ke tempat pengambilan.", "The card was sent to where it is collected."),
            _COLLECT,
        ),
        _said(
            "CARD_ISSUED", 6,
            ("Kartu sudah diserahkan.", "The card was handed over."),
            (
                "Untuk kartu lain: lapor hilang, rusak, atau berubah data.",
                "For another card: report it lost, damaged, or the data changed.",
            ),
        ),
    )
}  # fmt: skip
assert DICTIONARY.keys() == set(UpstreamStatus), "a status without its words"
