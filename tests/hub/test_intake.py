"""Imports: each refusal by its code, kept verbatim, and the rest of the file goes on."""

import csv
import io
import json
from datetime import date
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa

from hub import decisions, intake, schema
from hub.errors import CommandError, ImportUnreadableError
from prr.exchange import Outcome
from support import bad_images
from support.hub_office import Office, Teller
from support.records import base64_text, fields, json_fields, photo_png, record

CUT = base64_text(photo_png(1)[:-30])
TINY = base64_text(photo_png(1, 15, 40))

CHANGES: list[tuple[str, dict[str, Any]]] = [
    ("FIELD_UNKNOWN", {"nickname": "X"}),
    ("FIELD_MISSING", {"religion": None}),
    ("FIELD_MISSING", {"address": ""}),
    ("FIELD_MISSING", {"upstream_status": None}),
    ("FIELD_INVALID", {"issue_type": "SECOND"}),
    ("FIELD_INVALID", {"birth_date": "17-08-1945"}),
    ("FIELD_INVALID", {"birth_date": "1945-02-30"}),
    ("FIELD_INVALID", {"birth_date": 0}),
    ("FIELD_INVALID", {"issue_no": True}),
    ("FIELD_INVALID", {"data_version": 1.5}),
    ("FIELD_INVALID", {"record_id": "../../etc"}),
    ("FIELD_INVALID", {"blood_type": "C"}),
    ("FIELD_INVALID", {"address": ["JL"]}),
    ("FIELD_INVALID", {"address": "x" * 121}),
    ("FIELD_INVALID", {"address": "\ud800"}),
    ("NAME_TOO_LONG", {"name": "A" * 200}),
    ("CONTROL_CHARACTER", {"name": "A\u202eB"}),
    ("CONTROL_CHARACTER", {"village": "A\nB"}),
    ("NIK_AS_NUMBER", {"nik": 1671990101909921}),
    ("NIK_AS_NUMBER", {"nik": "1.67199E+15"}),
    ("NIK_FORMAT", {"nik": "16719901019099"}),
    ("NIK_FORMAT", {"nik": " 1671990101909921"}),
    ("NIK_PROVINCE_UNKNOWN", {"nik": "9999990101909921"}),
    ("NIK_REGION_ZERO", {"nik": "1600990101909921"}),
    ("NIK_BIRTH_DATE", {"nik": "1671993213909921"}),
    ("NIK_SERIAL_ZERO", {"nik": "1671990101900000"}),
    ("PHOTO_MISSING", {"photo": None}),
    ("PHOTO_MISSING", {"photo": "no/such/file.png"}),
    ("PHOTO_UNREADABLE", {"photo": base64_text(b"a picture, honestly")}),
    ("PHOTO_UNREADABLE", {"photo": "!!!!"}),
    ("PHOTO_UNREADABLE", {"photo": 7}),
    ("PHOTO_UNREADABLE", {"photo": CUT}),
    ("PHOTO_UNREADABLE", {"photo": base64_text(bad_images.gif(40, 40))}),
    ("PHOTO_UNREADABLE", {"photo": "../outside.png"}),
    ("PHOTO_UNREADABLE", {"photo": "a\0b.png"}),
    ("PHOTO_UNREADABLE", {"photo": "x" * 5000 + ".png"}),
    ("PHOTO_UNREADABLE", {"photo": "sub/../../outside.png"}),
    ("PHOTO_TOO_SMALL", {"photo": TINY}),
    ("SIGNATURE_MISSING", {"signature": ""}),
    ("SIGNATURE_UNREADABLE", {"signature": base64_text(b"BM123456")}),
    ("SIGNATURE_TOO_SMALL", {"signature": TINY}),
    ("STATUS_NOT_PRINTABLE", {"upstream_status": "SENT FOR ENROLLMENT"}),
    ("STATUS_NOT_PRINTABLE", {"upstream_status": "CARD_PRINTED"}),
    ("STATUS_UNKNOWN", {"upstream_status": "PRINT_READY_RECORD_2"}),
    ("STATUS_UNKNOWN", {"upstream_status": ""}),
    ("PREVIOUS_ISSUE_OPEN", {"record_id": "R000002", "issue_no": 2}),
    ("DAY_IN_FUTURE", {"recorded_on": "2017-09-06"}),
]


def raw_lines(office: Office) -> list[tuple[int, str, bytes]]:
    columns = schema.quarantine.c
    query = sa.select(columns.line, columns.code, columns.raw).order_by(columns.id)
    rows = office.hub.store.read(lambda connection: connection.execute(query).all())
    return [(row.line, row.code, row.raw) for row in rows]


@pytest.mark.parametrize(("code", "change"), CHANGES)
def test_a_refused_line_is_kept_and_the_rest_goes_on(
    office: Office, code: str, change: dict[str, Any]
) -> None:
    bad = json_fields(1, **change)
    (office.imports.parent / "outside.png").write_bytes(photo_png(1))
    summary = office.import_fields(json_fields(2), bad, json_fields(3))
    assert (summary.accepted, dict(summary.refused)) == (2, {code: 1})
    assert raw_lines(office) == [(2, code, json.dumps(bad).encode() + b"\n")]


def test_sentences_come_in_two_languages_and_quote_nothing(office: Office) -> None:
    secret = "RAHASIA"
    rows = [
        json_fields(n, **({secret: secret} if code == "FIELD_UNKNOWN" else change))
        for n, (code, change) in enumerate(CHANGES, start=1)
    ]
    office.import_fields(*rows)
    kept = intake.quarantined(office.hub)
    assert len(kept) >= len(CHANGES) - 1  # issue 2 of R000002 has no issue 1 here
    for line in kept:
        assert line.sentence_en != line.sentence_id
        for sentence in (line.sentence_en, line.sentence_id):
            assert secret not in sentence
            assert "CONTOH" not in sentence
            assert "1671" not in sentence


def write(office: Office, name: str, content: bytes) -> Path:
    path = office.imports / name
    path.write_bytes(content)
    return path


def line(n: int, **changes: Any) -> bytes:
    return json.dumps(json_fields(n, **changes)).encode() + b"\n"


@pytest.mark.parametrize(
    ("code", "raw"),
    [
        ("BAD_JSON", b'{"record_id": "R1"\n'),
        ("BAD_JSON", b"[1, 2]\n"),
        ("BAD_JSON", b'{"nik": NaN}\n'),
        ("BAD_JSON", b'{"nik": "1", "nik": "2"}\n'),
        ("BAD_JSON", b"[" * 100_000 + b"\n"),
        ("BAD_JSON", b'{"data_version": ' + b"9" * 5000 + b"}\n"),
        ("BAD_ENCODING", b'{"name": "\xff\xfe"}\n'),
    ],
)
def test_what_is_no_json_object_is_refused(office: Office, code: str, raw: bytes) -> None:
    path = write(office, "r.jsonl", b"\xef\xbb\xbf" + line(1) + b"\n" + raw + line(2).rstrip())
    summary = intake.import_file(office.hub, path)
    assert (summary.accepted, dict(summary.refused)) == (2, {code: 1})
    assert raw_lines(office) == [(3, code, raw)]


def test_a_line_without_end_is_cut_and_the_next_one_read(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("hub.lines.LINE_BYTES_MAX", 10_000)
    long = b'{"name": "' + b"A" * 200_000 + b'"}\n'
    summary = intake.import_file(office.hub, write(office, "r.jsonl", long + line(1)))
    assert (summary.accepted, dict(summary.refused)) == (1, {"LINE_TOO_LONG": 1})
    assert raw_lines(office) == [(1, "LINE_TOO_LONG", long[:10_000])]


def test_large_images_are_judged_by_their_header(office: Office) -> None:
    bomb = base64_text(bad_images.png_bomb())
    camera = base64_text(bad_images.jpeg(4000, 3000))
    summary = office.import_fields(
        json_fields(1, photo=bomb), json_fields(2, signature=bomb), json_fields(3, photo=camera)
    )
    assert summary.accepted == 1
    assert dict(summary.refused) == {"PHOTO_TOO_LARGE": 1, "SIGNATURE_TOO_LARGE": 1}


def csv_text(rows: list[dict[str, Any]], names: list[str] | None = None) -> bytes:
    text = io.StringIO()
    writer = csv.DictWriter(text, names or list(rows[0]))
    writer.writeheader()
    writer.writerows(rows)
    return text.getvalue().encode()


def plain(n: int, **changes: Any) -> dict[str, Any]:
    """Return a record as a spreadsheet would hold it."""
    return {
        name: "" if value is None else value for name, value in json_fields(n, **changes).items()
    }


def test_a_csv_file_makes_the_same_records(office: Office) -> None:
    office.add_station()
    folder = office.imports / "photos"
    folder.mkdir()
    (folder / "1.PNG").write_bytes(fields(1)["photo"])
    rows = [
        plain(1, photo="photos/1.PNG"),
        plain(2, upstream_status="print ready\r\nrecord"),
        plain(3, photo=base64_text(fields(3)["photo"])),
    ]
    content = b"\xef\xbb\xbf" + csv_text(rows)
    summary = intake.import_file(office.hub, write(office, "r.csv", content))
    assert (summary.accepted, dict(summary.refused)) == (3, {})
    granted = {grant.record for grant in office.claim(count=3).grants}
    assert granted == {record(1), record(2), record(3)}


@pytest.mark.parametrize(
    ("code", "change"),
    [
        ("NIK_AS_NUMBER", {"nik": "1,67199E+15"}),
        ("NIK_FORMAT", {"nik": "167199010190992"}),
        ("PHOTO_MISSING", {"photo": ""}),
        ("FIELD_MISSING", {"name": ""}),
        ("CONTROL_CHARACTER", {"address": "JL\nCONTOH"}),
        ("FIELD_INVALID", {"data_version": "1.0"}),
    ],
)
def test_a_csv_line_is_refused_alone(office: Office, code: str, change: dict[str, Any]) -> None:
    content = csv_text([plain(1), plain(2, **change), plain(3)])
    summary = intake.import_file(office.hub, write(office, "r.csv", content))
    assert (summary.accepted, dict(summary.refused)) == (2, {code: 1})


def test_csv_lines_that_do_not_fit_the_header_are_refused(office: Office) -> None:
    head, first, second = csv_text([plain(1), plain(2)]).splitlines(keepends=True)
    content = b"".join([head, first.rstrip() + b",more\r\n", b'"open,quote\r\n', second])
    summary = intake.import_file(office.hub, write(office, "r.csv", content))
    assert (summary.accepted, dict(summary.refused)) == (1, {"BAD_CSV": 2})
    assert [number for number, _, _ in raw_lines(office)] == [2, 3]


def test_a_csv_file_without_header_is_refused_line_by_line(office: Office) -> None:
    _, first, second = csv_text([plain(1), plain(2)]).splitlines(keepends=True)
    summary = intake.import_file(office.hub, write(office, "r.csv", first + second))
    assert summary.accepted == 0
    assert sum(summary.refused.values()) == 1


def test_importing_again_changes_nothing(office: Office) -> None:
    rows = [json_fields(1), json_fields(2, nik=7)]
    assert office.import_fields(*rows).accepted == 1
    again = office.import_fields(*rows)
    assert (again.accepted, again.known, dict(again.refused)) == (0, 1, {"NIK_AS_NUMBER": 1})
    assert len(raw_lines(office)) == 1


def test_other_content_under_a_known_id_needs_a_higher_version(office: Office) -> None:
    office.import_records(1)
    assert office.import_fields(json_fields(1, address="B")).refused == {"DUPLICATE_ID": 1}
    newer = office.import_fields(json_fields(1, address="C", data_version=2))
    assert newer.replaced == 1
    assert office.import_fields(json_fields(1)).refused == {"DUPLICATE_ID": 1}


def test_a_record_somebody_holds_is_not_replaced(office: Office) -> None:
    office.add_station()
    office.import_records(1)
    office.claim()
    newer = json_fields(1, address="C", data_version=2)
    assert office.import_fields(newer).refused == {"DUPLICATE_ID": 1}


def test_the_next_issue_is_taken_when_the_one_before_has_ended(office: Office) -> None:
    office.add_station()
    office.import_records(1)
    grant = office.claim().grants[0]
    second = json_fields(1, issue_no=2, issue_type="LOST_OR_DAMAGED")
    assert office.import_fields(second).refused == {"PREVIOUS_ISSUE_OPEN": 1}
    teller = Teller(office)
    teller.tell(teller.report(Outcome.PRINTED, grant))
    assert office.import_fields(second).refused == {"ISSUE_NOT_DECIDED": 1}
    word = decisions.Word("ani", "budi", "name misspelt")
    decisions.reissue(office.hub, "R000001", decisions.ReissueReason.DATA_ERROR, word)
    assert office.import_fields(second).accepted == 1


def test_a_nik_that_differs_from_the_record_is_a_warning(office: Office) -> None:
    summary = office.import_fields(
        json_fields(1, birth_date="1960-01-01"), json_fields(2, sex="LAKI-LAKI")
    )
    assert summary.accepted == 2
    assert summary.warnings == {
        "NIK_BIRTH_DATE_DIFFERS": 1, "NIK_SEX_DIFFERS": 1, "NIK_REGION_NOT_IN_CURRENT_LIST": 2,
    }  # fmt: skip


def test_a_file_that_is_not_there_or_of_no_known_kind_is_refused(office: Office) -> None:
    with pytest.raises(ImportUnreadableError):
        intake.import_file(office.hub, office.directory / "none.jsonl")
    with pytest.raises(ImportUnreadableError):
        intake.import_file(office.hub, office.directory)
    with pytest.raises(CommandError):
        intake.import_file(office.hub, write(office, "records.xlsx", b"PK"))


def test_a_file_is_stored_in_several_transactions(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(intake, "CHUNK_LINES", 7)
    rows = [json_fields(n, **({"nik": 7} if n % 5 == 0 else {})) for n in range(1, 31)]
    summary = office.import_fields(*rows)
    assert (summary.lines, summary.accepted, summary.refused["NIK_AS_NUMBER"]) == (30, 24, 6)


@pytest.mark.parametrize("delimiter", [";", "\t"])
def test_a_spreadsheet_set_to_another_country_makes_the_same_records(
    office: Office, delimiter: str
) -> None:
    office.add_station()
    rows = [plain(1), plain(2, address='JL; CONTOH, "NO 2"\tA'.replace("\t", " "))]
    out = io.StringIO()
    writer = csv.DictWriter(out, rows[0], delimiter=delimiter)
    writer.writeheader()
    writer.writerows(rows)
    content = b"\xef\xbb\xbf" + out.getvalue().encode()
    summary = intake.import_file(office.hub, write(office, "r.csv", content))
    assert (summary.accepted, dict(summary.refused)) == (2, {})
    granted = {grant.record.record_id: grant.record for grant in office.claim(count=3).grants}
    assert granted["R000001"] == record(1)
    assert granted["R000002"].address == 'JL; CONTOH, "NO 2" A'


@pytest.mark.parametrize(
    ("head", "word"),
    [
        ("nik,name".encode("utf-16"), "UTF-16"),
        (b"\xfe\xff\x00n\x00i", "UTF-16"),
        (b"PK\x03\x04\x14\x00", "a spreadsheet"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1", "an old spreadsheet"),
        (b"%PDF-1.7\n", "a PDF"),
    ],
)
def test_a_file_no_line_of_which_could_be_read_is_refused_whole(
    office: Office, head: bytes, word: str
) -> None:
    with pytest.raises(ImportUnreadableError, match=f"r.csv is {word}: export it as CSV in UTF-8"):
        intake.import_file(office.hub, write(office, "r.csv", head + b"\n" * 100))
    assert raw_lines(office) == []


def test_a_letter_in_an_older_encoding_is_not_guessed(office: Office) -> None:
    head, first, second = csv_text([plain(1), plain(2)]).splitlines(keepends=True)
    content = head + first + second.replace(b"CONTOHAN", "CONTOHÉN".encode("latin-1"))
    summary = intake.import_file(office.hub, write(office, "r.csv", content))
    assert (summary.accepted, dict(summary.refused)) == (1, {"BAD_ENCODING": 1})


def test_what_is_not_printed_is_refused_by_its_name(office: Office) -> None:
    summary = office.import_fields(json_fields(1, upstream_status="dup"))
    (refused,) = summary.refusals
    assert "status is DUPLICATE_RECORD, which is not printed" in refused.refusal.english
    assert "Status rekaman DUPLICATE_RECORD" in refused.refusal.indonesian


def test_people_recorded_after_the_cut_off_wait_for_another_import(office: Office) -> None:
    """Probolinggo printed those recorded until the end of November first."""
    days = {1: "2016-11-30", 2: "2016-12-01", 3: None}
    rows = [json_fields(n, recorded_on=day) for n, day in days.items()]
    path = write(office, "r.jsonl", b"".join(json.dumps(row).encode() + b"\n" for row in rows))
    first = intake.import_file(office.hub, path, date(2016, 11, 30))
    assert (first.accepted, dict(first.refused)) == (1, {"AFTER_CUT_OFF": 2})
    second = intake.import_file(office.hub, path)
    assert (second.known, second.accepted) == (1, 2)
