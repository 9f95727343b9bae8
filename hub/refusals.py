"""Why a line of an import is refused: a code for programs, a sentence each in English and Indonesian for people.

Sentences name fields of the contract and nothing that stood in the file: they go to screens and logs.
"""

from dataclasses import dataclass
from enum import StrEnum

from prr.nik import NikError


class Code(StrEnum):
    """Stable codes; one a refused line, the first that applies."""

    LINE_TOO_LONG = "LINE_TOO_LONG"
    BAD_ENCODING = "BAD_ENCODING"
    BAD_JSON = "BAD_JSON"
    BAD_CSV = "BAD_CSV"
    FIELD_UNKNOWN = "FIELD_UNKNOWN"
    FIELD_MISSING = "FIELD_MISSING"
    FIELD_INVALID = "FIELD_INVALID"
    CONTROL_CHARACTER = "CONTROL_CHARACTER"
    DAY_IN_FUTURE = "DAY_IN_FUTURE"
    AFTER_CUT_OFF = "AFTER_CUT_OFF"
    NAME_TOO_LONG = "NAME_TOO_LONG"
    NIK_AS_NUMBER = "NIK_AS_NUMBER"
    NIK_FORMAT = "NIK_FORMAT"
    NIK_PROVINCE_UNKNOWN = "NIK_PROVINCE_UNKNOWN"
    NIK_REGION_ZERO = "NIK_REGION_ZERO"
    NIK_BIRTH_DATE = "NIK_BIRTH_DATE"
    NIK_SERIAL_ZERO = "NIK_SERIAL_ZERO"
    PHOTO_MISSING = "PHOTO_MISSING"
    PHOTO_UNREADABLE = "PHOTO_UNREADABLE"
    PHOTO_TOO_LARGE = "PHOTO_TOO_LARGE"
    PHOTO_TOO_SMALL = "PHOTO_TOO_SMALL"
    SIGNATURE_MISSING = "SIGNATURE_MISSING"
    SIGNATURE_UNREADABLE = "SIGNATURE_UNREADABLE"
    SIGNATURE_TOO_LARGE = "SIGNATURE_TOO_LARGE"
    SIGNATURE_TOO_SMALL = "SIGNATURE_TOO_SMALL"
    STATUS_UNKNOWN = "STATUS_UNKNOWN"
    STATUS_NOT_PRINTABLE = "STATUS_NOT_PRINTABLE"
    DUPLICATE_ID = "DUPLICATE_ID"
    PREVIOUS_ISSUE_OPEN = "PREVIOUS_ISSUE_OPEN"
    ISSUE_NOT_DECIDED = "ISSUE_NOT_DECIDED"


@dataclass(frozen=True, slots=True)
class Refusal:
    """A code, with the field or the register's status it is about where there is one."""

    code: Code
    field: str = ""

    @property
    def english(self) -> str:
        """The sentence in English."""
        return _SENTENCES[self.code][0].format(field=self.field)

    @property
    def indonesian(self) -> str:
        """The sentence in Indonesian."""
        return _SENTENCES[self.code][1].format(field=self.field)


class LineRefusedError(ValueError):
    """Ends the judging of one line; the import goes on with the next."""

    def __init__(self, code: Code, field: str = "") -> None:
        super().__init__(code)
        self.refusal = Refusal(code, field)


def of_nik(error: NikError) -> Code:
    """Return the code of a NIK's fault."""
    return Code(f"NIK_{error}")


_SENTENCES: dict[Code, tuple[str, str]] = {
    Code.LINE_TOO_LONG: (
        "The line is longer than a record can be: export it again.",
        "Baris ini lebih panjang daripada satu rekaman: ekspor ulang.",
    ),
    Code.BAD_ENCODING: (
        "The line is not UTF-8 text: export it as UTF-8.",
        "Baris ini bukan teks UTF-8: ekspor sebagai UTF-8.",
    ),
    Code.BAD_JSON: (
        "The line is not one JSON object: export it again.",
        "Baris ini bukan satu objek JSON: ekspor ulang.",
    ),
    Code.BAD_CSV: (
        "The line does not match the header or its quotes are not closed: export it again.",
        "Baris ini tidak sesuai dengan judul kolom atau tanda kutipnya tidak ditutup: ekspor ulang.",
    ),
    Code.FIELD_UNKNOWN: (
        "The line has a field that a record does not have: remove it or correct its name.",
        "Baris ini memuat kolom yang tidak dikenal: hapus atau perbaiki nama kolomnya.",
    ),
    Code.FIELD_MISSING: (
        "The field {field} is missing: complete the record at its source.",
        "Kolom {field} tidak ada: lengkapi rekaman di sumbernya.",
    ),
    Code.FIELD_INVALID: (
        "The field {field} has a value it may not have: correct the record at its source.",
        "Isi kolom {field} tidak sah: perbaiki rekaman di sumbernya.",
    ),
    Code.CONTROL_CHARACTER: (
        "The field {field} holds an invisible control character: remove it at its source.",
        "Kolom {field} memuat karakter kendali yang tidak terlihat: hapus di sumbernya.",
    ),
    Code.DAY_IN_FUTURE: (
        "The field {field} holds a day that has not come yet: check the clock and the record at its source.",
        "Isi kolom {field} adalah hari yang belum tiba: periksa jam dan rekaman di sumbernya.",
    ),
    Code.AFTER_CUT_OFF: (
        "The person was recorded after the cut-off of this import, or on no day that is told: import it later.",
        "Perekaman sesudah batas tanggal impor ini, atau tanpa tanggal: impor kemudian.",
    ),
    Code.NAME_TOO_LONG: (
        "The name is longer than a card can show: check the record at its source.",
        "Nama lebih panjang daripada yang muat pada kartu: periksa rekaman di sumbernya.",
    ),
    Code.NIK_AS_NUMBER: (
        "The NIK came as a number, which loses digits: export it as text.",
        "NIK ditulis sebagai angka sehingga digitnya dapat hilang: ekspor sebagai teks.",
    ),
    Code.NIK_FORMAT: (
        "The NIK is not sixteen digits: correct it at its source.",
        "NIK tidak terdiri atas enam belas digit: perbaiki di sumbernya.",
    ),
    Code.NIK_PROVINCE_UNKNOWN: (
        "The NIK begins with a province code that does not exist: correct it at its source.",
        "NIK diawali kode provinsi yang tidak ada: perbaiki di sumbernya.",
    ),
    Code.NIK_REGION_ZERO: (
        "The NIK has a regency or district code of 00: correct it at its source.",
        "NIK memuat kode kabupaten/kota atau kecamatan 00: perbaiki di sumbernya.",
    ),
    Code.NIK_BIRTH_DATE: (
        "The NIK holds a birth date that does not exist: correct it at its source.",
        "NIK memuat tanggal lahir yang tidak ada: perbaiki di sumbernya.",
    ),
    Code.NIK_SERIAL_ZERO: (
        "The NIK ends in serial number 0000, which is never given: correct it at its source.",
        "NIK diakhiri nomor urut 0000 yang tidak pernah diberikan: perbaiki di sumbernya.",
    ),
    Code.PHOTO_MISSING: (
        "The record has no photo: take it or send it again.",
        "Rekaman tidak memiliki foto: ambil foto atau kirim ulang.",
    ),
    Code.PHOTO_UNREADABLE: (
        "The photo is not a sound PNG or JPEG image: send it again.",
        "Foto bukan gambar PNG atau JPEG yang utuh: kirim ulang.",
    ),
    Code.PHOTO_TOO_LARGE: (
        "The photo is larger than 8 MiB or 25 million pixels: make it smaller.",
        "Foto lebih besar dari 8 MiB atau 25 juta piksel: perkecil.",
    ),
    Code.PHOTO_TOO_SMALL: (
        "The photo has under 16 pixels on a side: take it again.",
        "Foto kurang dari 16 piksel pada satu sisi: ambil ulang.",
    ),
    Code.SIGNATURE_MISSING: (
        "The record has no signature: take it or send it again.",
        "Rekaman tidak memiliki tanda tangan: ambil atau kirim ulang.",
    ),
    Code.SIGNATURE_UNREADABLE: (
        "The signature is not a sound PNG or JPEG image: send it again.",
        "Tanda tangan bukan gambar PNG atau JPEG yang utuh: kirim ulang.",
    ),
    Code.SIGNATURE_TOO_LARGE: (
        "The signature is larger than 8 MiB or 25 million pixels: make it smaller.",
        "Tanda tangan lebih besar dari 8 MiB atau 25 juta piksel: perkecil.",
    ),
    Code.SIGNATURE_TOO_SMALL: (
        "The signature has under 16 pixels on a side: take it again.",
        "Tanda tangan kurang dari 16 piksel pada satu sisi: ambil ulang.",
    ),
    Code.STATUS_UNKNOWN: (
        "The register's status is not one we know, so it is never printed: ask the register.",
        "Status rekaman tidak dikenal sehingga tidak dicetak: tanyakan ke pusat.",
    ),
    Code.STATUS_NOT_PRINTABLE: (
        "The register's status is {field}, which is not printed: `ktp-hub statuses` says what to do.",
        "Status rekaman {field}, tidak dicetak: `ktp-hub statuses` menyebut tindakannya.",
    ),
    Code.DUPLICATE_ID: (
        "This record is here already with other content: compare both at their source.",
        "Rekaman ini sudah ada dengan isi yang berbeda: bandingkan keduanya di sumbernya.",
    ),
    Code.PREVIOUS_ISSUE_OPEN: (
        "The previous issue of this record has not ended: settle or revoke it first.",
        "Penerbitan sebelumnya dari rekaman ini belum selesai: selesaikan atau cabut dahulu.",
    ),
    Code.ISSUE_NOT_DECIDED: (
        "Nobody here decided on another card for this record: use `ktp-hub reissue` first.",
        "Belum ada keputusan menerbitkan kartu lagi untuk rekaman ini: gunakan `ktp-hub reissue` dahulu.",
    ),
}
assert _SENTENCES.keys() == set(Code), "a code without its sentences"
