"""Images: judged by their header, decoded no further than needed, refused with a reason."""

import io

import pytest
from PIL import Image

from prr import image
from prr.image import ImageFacts, ImageFault, ImageRefusedError
from support import bad_images
from support.records import photo_png, png_bytes

pytestmark = pytest.mark.pure


def fault(data: bytes) -> ImageFault:
    with pytest.raises(ImageRefusedError) as raised:
        image.examine(data)
    return raised.value.fault


def test_facts_of_a_png_and_a_jpeg() -> None:
    assert image.examine(photo_png(1)) == ImageFacts("PNG", 60, 80)
    assert image.examine(bad_images.jpeg(120, 160)) == ImageFacts("JPEG", 120, 160)


def test_a_hundred_megapixels_are_refused_before_a_pixel_is_decoded(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    bomb = bad_images.png_bomb()
    assert len(bomb) < 1_000_000

    def decoded(self: Image.Image) -> None:
        raise AssertionError("pixels were decoded")

    monkeypatch.setattr(Image.Image, "load", decoded)
    assert fault(bomb) is ImageFault.TOO_LARGE
    with pytest.raises(ImageRefusedError):
        image.load(bomb, 60, 80)


def test_twice_the_library_limit_is_refused_too() -> None:
    header_only = bad_images.png_bomb(20_000, 20)[:29]
    tall = header_only[:20] + (20_000).to_bytes(4, "big") + header_only[24:]
    assert fault(tall) in {ImageFault.TOO_LARGE, ImageFault.UNREADABLE}


def test_a_camera_picture_is_scaled_while_it_is_decoded() -> None:
    data = bad_images.jpeg(4000, 3000)
    assert image.examine(data) == ImageFacts("JPEG", 4000, 3000)
    loaded = image.load(data, 300, 400)
    assert loaded.mode == "RGB"
    assert loaded.width * loaded.height < 4000 * 3000 // 4  # not all twelve megapixels
    assert loaded.width >= 300
    assert loaded.height >= 400


@pytest.mark.parametrize(
    "data",
    [b"", b"\x89PNG\r\n\x1a\n", b"not an image", b"%PDF-1.4", bad_images.gif(40, 40)],
    ids=["empty", "signature", "text", "pdf", "gif"],
)
def test_what_is_no_image_is_unreadable(data: bytes) -> None:
    assert fault(data) is ImageFault.UNREADABLE


@pytest.mark.parametrize("whole", [photo_png(1), bad_images.jpeg(200, 200)], ids=["png", "jpeg"])
def test_a_cut_image_is_unreadable_when_loaded(whole: bytes) -> None:
    for kept in (len(whole) * 9 // 10, len(whole) * 2 // 3):
        with pytest.raises(ImageRefusedError) as raised:
            image.load(whole[:kept], 60, 80)
        assert raised.value.fault is ImageFault.UNREADABLE


def test_a_side_under_sixteen_pixels_is_too_small() -> None:
    assert fault(photo_png(1, 15, 200)) is ImageFault.TOO_SMALL
    image.examine(photo_png(1, 16, 16))


def test_transparent_parts_become_white() -> None:
    clear = Image.new("RGBA", (20, 20), (0, 0, 0, 0))
    palette = Image.new("P", (20, 20), 0)
    palette.putpalette([0, 0, 0] * 256)
    buffer = io.BytesIO()
    palette.save(buffer, "PNG", transparency=0)
    for data in (png_bytes(clear), buffer.getvalue()):
        loaded = image.load(data, 20, 20)
        assert loaded.getpixel((10, 10)) == (255, 255, 255)


def test_a_photo_taken_with_the_camera_on_its_side_is_turned_upright() -> None:
    """A camera writes how it was held (EXIF orientation 6: turn right by a quarter) instead of turning the pixels."""
    sideways = Image.new("RGB", (200, 100), "white")
    sideways.paste("black", (0, 0, 100, 100))
    exif = Image.Exif()
    exif[0x0112] = 6
    buffer = io.BytesIO()
    sideways.save(buffer, "JPEG", exif=exif)
    upright = image.load(buffer.getvalue(), 100, 200)
    assert upright.size == (100, 200)
    assert sum(upright.getpixel((50, 20))) < 100 < sum(upright.getpixel((50, 180)))  # type: ignore[arg-type]
