"""From record to bytes: photo, face, planes."""

import io
from datetime import date

import numpy as np
from PIL import Image

from bench.figure import Figure, median_ms
from drivers.card import CardDesign, Ribbon
from drivers.evolis.driver import EvolisDriver
from drivers.evolis.raster import planes_of
from drivers.tone import curve_of
from prr import image
from prr.record import IssueType, PrintReadyRecord, Sex
from station.layout import Layout


def figures() -> list[Figure]:
    """Measure rendering and encoding of one side."""
    layout = Layout.load(None)
    driver = EvolisDriver()
    record = specimen()
    face = layout.face(record)
    large = _jpeg(4000, 3000)
    return [
        Figure(
            "render + encode one side",
            median_ms(lambda: driver.encode(CardDesign(layout.face(record)))),
            40,
            "ms",
        ),
        Figure("encode raw, 5 planes", median_ms(lambda: planes_of(face, 256)), 6, "ms"),
        Figure(
            "encode raw + digest + job bytes",
            median_ms(lambda: driver.encode(CardDesign(face))),
            12,
            "ms",
        ),
        Figure(
            "encode by the tone curve, 5 planes",
            median_ms(lambda: planes_of(face, 256, curve_of(Ribbon.YMCKO))),
            20,
            "ms",
        ),
        Figure(
            "load a 12-megapixel photo", median_ms(lambda: image.load(large, 280, 350)), 30, "ms"
        ),
    ]


def specimen() -> PrintReadyRecord:
    """Return a record with a picture and a signature of ordinary size."""
    return PrintReadyRecord(
        record_id="BENCH-1", issue_type=IssueType.NEW, upstream_status="PRINT_READY_RECORD",
        data_version=1, site="BENCH", nik="1671994103909901", name="CONTOH UKUR",
        birth_place="CONTOHAN", birth_date=date(1990, 3, 1), sex=Sex.WOMAN, address="JL CONTOH 1",
        village="DESA CONTOH", district="KECAMATAN CONTOH", regency="KOTA CONTOH",
        province="PROVINSI CONTOH", religion="ISLAM", marital_status="BELUM KAWIN",
        occupation="KARYAWAN SWASTA", issue_place="KOTA CONTOH", issue_date=date(2026, 3, 2),
        photo=_jpeg(480, 600), signature=_jpeg(300, 120),
    )  # fmt: skip


def _jpeg(width_px: int, height_px: int) -> bytes:
    """Make a picture with as much detail as a face has: smooth shades and some grain."""
    chance = np.random.default_rng(1)
    rows, columns = np.mgrid[0:height_px, 0:width_px]
    shade = 128 + 90 * np.sin(columns / width_px * 6) * np.cos(rows / height_px * 5)
    grain = chance.normal(0, 4, (height_px, width_px))
    grey = np.clip(shade + grain, 0, 255).astype(np.uint8)
    buffer = io.BytesIO()
    Image.fromarray(np.dstack([grey, grey // 2 + 60, 255 - grey])).save(buffer, "JPEG", quality=88)
    return buffer.getvalue()
