"""A design as the document of a job: a PDF whose pages are the sides of a card, dots as they are.

A page has the size of the face at 300 dpi, 243.84 x 155.52 points, and one picture over it without loss: a vendor's
filter finds black text by its exact black, and a picture with the artefacts of JPEG has none. Colour is the filter's.
"""

import io

import numpy as np
import pypdfium2
from PIL import Image

from drivers.card import CARD_DPI, CARD_HEIGHT_PX, CARD_WIDTH_PX, CardDesign, CardFace

POINTS_AN_INCH = 72
WIDTH_PT = CARD_WIDTH_PX * POINTS_AN_INCH / CARD_DPI
HEIGHT_PT = CARD_HEIGHT_PX * POINTS_AN_INCH / CARD_DPI


def document_of(design: CardDesign) -> bytes:
    """Return the PDF of a design, a page a side."""
    document = pypdfium2.PdfDocument.new()
    try:
        for face in design.faces:
            _add_page(document, face)
        out = io.BytesIO()
        document.save(out)
        return out.getvalue()
    finally:
        document.close()


def picture_of(face: CardFace) -> Image.Image:
    """Return a face as one picture: what is resin is black."""
    return Image.fromarray(np.where(face.resin[:, :, None], np.uint8(0), face.colour))


def _add_page(document: pypdfium2.PdfDocument, face: CardFace) -> None:
    page = document.new_page(WIDTH_PT, HEIGHT_PT)
    picture = pypdfium2.PdfImage.new(document)
    picture.set_bitmap(pypdfium2.PdfBitmap.from_pil(picture_of(face)))
    picture.set_matrix(pypdfium2.PdfMatrix().scale(WIDTH_PT, HEIGHT_PT))
    page.insert_obj(picture)
    page.gen_content()
