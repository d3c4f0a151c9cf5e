"""Pictures drawn anew: the pixels are kept, and nothing else that the camera or the editor wrote."""

from typing import BinaryIO

from flask_babel import lazy_gettext as _l
from PIL import Image

from microcred.evidence.refusals import refused, refusing_what_breaks

MOST_PIXELS = 40_000_000
LONGEST_SIDE = 3000
BAND = 64
SETTINGS: dict[str, dict[str, object]] = {
    "JPEG": {"quality": 88, "optimize": True},
    "PNG": {"optimize": False},
    "WEBP": {"quality": 88},
    "GIF": {},
    "BMP": {},
    "TIFF": {"compression": "tiff_deflate"},
}
WITHOUT_ALPHA = {"JPEG", "BMP"}
ORIENTATION = 0x0112
TURNS: dict[object, Image.Transpose] = {
    2: Image.Transpose.FLIP_LEFT_RIGHT,
    3: Image.Transpose.ROTATE_180,
    4: Image.Transpose.FLIP_TOP_BOTTOM,
    5: Image.Transpose.TRANSPOSE,
    6: Image.Transpose.ROTATE_270,
    7: Image.Transpose.TRANSVERSE,
    8: Image.Transpose.ROTATE_90,
}

TOO_MANY_PIXELS = _l("This picture has more than 40 megapixels. Please make it smaller and hand it in again.")
BROKEN_PICTURE = _l("This picture is broken and cannot be opened. Please export it again.")

Size = tuple[int, int]


def clean_jpeg(source: BinaryIO, target: BinaryIO) -> Size:
    return draw_anew(source, target, "JPEG", "JPEG")


def clean_png(source: BinaryIO, target: BinaryIO) -> Size:
    return draw_anew(source, target, "PNG", "PNG")


def clean_webp(source: BinaryIO, target: BinaryIO) -> Size:
    return draw_anew(source, target, "WEBP", "WEBP")


def clean_gif(source: BinaryIO, target: BinaryIO) -> Size:
    """Keep the first frame of a GIF, as a PNG."""
    return draw_anew(source, target, "GIF", "PNG")


def draw_anew(source: BinaryIO, target: BinaryIO, read_as: str, written_as: str) -> Size:
    """Write the picture again in its upright position, without metadata, at most LONGEST_SIDE pixels long."""
    with refusing_what_breaks(BROKEN_PICTURE):
        fresh = _pixels(source, read_as)
    if written_as in WITHOUT_ALPHA:
        fresh = _on_white(fresh)
    fresh.save(target, written_as, **SETTINGS[written_as])
    return fresh.size


def _pixels(source: BinaryIO, read_as: str) -> Image.Image:
    with _opened(source, read_as) as picture:
        # The header is enough to count the pixels: nothing has been decoded yet.
        if picture.width * picture.height > MOST_PIXELS:
            raise refused(TOO_MANY_PIXELS)
        orientation = picture.getexif().get(ORIENTATION)
        # A JPEG is decoded at a fraction of its size where that is enough, which keeps memory low.
        picture.draft("RGB", _size_to_keep(picture))
        colours = _in_plain_colours(_reduced(picture))
        colours.thumbnail((LONGEST_SIDE, LONGEST_SIDE))
        return _upright(_without_luggage(colours), orientation)


def _opened(source: BinaryIO, read_as: str) -> Image.Image:
    source.seek(0)
    try:
        return Image.open(source, formats=[read_as])
    except (Image.DecompressionBombError, Image.DecompressionBombWarning):
        raise refused(TOO_MANY_PIXELS) from None


def _size_to_keep(picture: Image.Image) -> Size:
    share = min(1.0, LONGEST_SIDE / max(picture.size))
    return max(1, round(picture.width * share)), max(1, round(picture.height * share))


def _reduced(picture: Image.Image) -> Image.Image:
    """Shrink a very large picture in bands: resized in one go it would stand in memory three times."""
    factor = max(picture.size) // LONGEST_SIDE
    if factor < 2 or picture.mode not in ("L", "RGB", "RGBA") or "transparency" in picture.info:
        return picture
    width, height = (-(-side // factor) for side in picture.size)
    small = Image.new(picture.mode, (width, height))
    for top in range(0, picture.height, BAND * factor):
        band = picture.crop((0, top, picture.width, min(top + BAND * factor, picture.height)))
        small.paste(band.reduce(factor), (0, top // factor))
    return small


def _in_plain_colours(picture: Image.Image) -> Image.Image:
    if picture.mode.startswith("I"):
        return picture.convert("I").point(lambda level: level / 256).convert("L")
    if picture.mode == "RGBA":
        return picture
    if picture.mode in ("LA", "PA") or "transparency" in picture.info:
        return picture.convert("RGBA")
    wanted = "L" if picture.mode in ("1", "L") else "RGB"
    return picture if picture.mode == wanted else picture.convert(wanted)


def _without_luggage(picture: Image.Image) -> Image.Image:
    """Copy the pixels to a new picture: the encoders would write out again what they find in `info`."""
    fresh = Image.new(picture.mode, picture.size)
    fresh.paste(picture)
    return fresh


def _upright(picture: Image.Image, orientation: object) -> Image.Image:
    turn = TURNS.get(orientation)
    return picture if turn is None else picture.transpose(turn)


def _on_white(picture: Image.Image) -> Image.Image:
    if picture.mode != "RGBA":
        return picture
    white = Image.new("RGB", picture.size, "white")
    white.paste(picture, mask=picture.getchannel("A"))
    return white
