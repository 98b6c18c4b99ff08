"""Pictures that people add to articles: read in a process of its own, and made anew.

What is kept is what was drawn, in one of two formats, without the metadata of cameras and without
whatever else stood in the file. Formats that can hold programs, such as SVG, are not read.
"""

from base64 import b64decode, b64encode
from collections.abc import Iterator
from dataclasses import dataclass
from io import BytesIO
from typing import IO, Any

from PIL import Image, ImageOps, UnidentifiedImageError

from quarterdeck.core.bounded import Limits, Unreadable, read_apart

LARGEST_PICTURE = 10 << 20
LIMITS = Limits(memory=1 << 30, cpu_seconds=20, wall_seconds=40, answer=24 << 20)
_READ = ("PNG", "JPEG", "WEBP", "GIF")
# A photograph of a good telephone has fifty million pixels.
_MOST_PIXELS = 60_000_000
# No page shows more, on a screen of the finest.
_WIDEST = 2_000
_QUALITY = 85
_WITH_HOLES = ("RGBA", "LA", "PA")


@dataclass(frozen=True)
class Picture:
    """A picture made anew: its bytes, the ending of its name, and how large it is drawn."""

    content: bytes
    suffix: str
    width: int
    height: int


def picture_of(source: IO[bytes]) -> Picture:
    """Return a file of the operating system as a picture made anew; Unreadable where it is none."""
    for told in read_apart(__name__, source, (), LIMITS):
        return Picture(b64decode(told["content"]), told["suffix"], told["width"], told["height"])
    raise Unreadable("The file holds no picture.")


def read(source: IO[bytes], _arguments: list[str]) -> Iterator[dict[str, Any]]:
    """Yield the picture made anew, inside the limited process."""
    content = source.read(LARGEST_PICTURE + 1)
    if len(content) > LARGEST_PICTURE:
        raise Unreadable(f"A picture has at most {LARGEST_PICTURE >> 20} MiB.")
    try:
        yield _made_anew(content)
    except UnidentifiedImageError as problem:
        raise Unreadable("This is no picture: expected PNG, JPEG, WebP or GIF.") from problem
    except (OSError, ValueError, SyntaxError) as problem:
        raise Unreadable("The picture is damaged: expected one that opens elsewhere.") from problem


def _made_anew(content: bytes) -> dict[str, Any]:
    opened = Image.open(BytesIO(content), formats=_READ)
    if opened.width * opened.height > _MOST_PIXELS:
        raise Unreadable(f"A picture has at most {_MOST_PIXELS // 10**6} million pixels.")
    is_photograph = opened.format == "JPEG"
    upright = ImageOps.exif_transpose(opened)
    has_holes = upright.mode in _WITH_HOLES or "transparency" in upright.info
    drawn = upright.convert("RGBA" if has_holes and not is_photograph else "RGB")
    drawn.thumbnail((_WIDEST, _WIDEST))
    # A new picture has the dots of the old one, and nothing that stood beside them.
    clean = Image.frombytes(drawn.mode, drawn.size, drawn.tobytes())
    out = BytesIO()
    if is_photograph:
        clean.save(out, "JPEG", quality=_QUALITY, optimize=True)
    else:
        clean.save(out, "PNG", optimize=True)
    return {
        "content": b64encode(out.getvalue()).decode(),
        "suffix": ".jpg" if is_photograph else ".png",
        "width": clean.width,
        "height": clean.height,
    }
