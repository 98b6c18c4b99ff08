"""winmail.dat: the files and the text that Outlook packs into one part (MS-OXTNEF).

Only what a reader needs is taken: titles, contents, long names, and the plain text. Whatever is cut
off or broken ends the reading; what was read until then counts.
"""

from dataclasses import dataclass, field

SIGNATURE = 0x223E9F78
MOST_FILES = 100
_HEAD = 9
_BODY, _TITLE, _DATA, _RENDERING, _PROPERTIES = 0x2800C, 0x18010, 0x6800F, 0x69002, 0x69005
_LONG_NAME, _OWN_NAMES = 0x3707, 0x8000
_FIXED = {2: 4, 3: 4, 4: 4, 5: 8, 6: 8, 7: 8, 10: 4, 11: 4, 20: 8, 64: 8, 72: 16}
_TEXT8, _TEXT16 = 30, 31
_VARIABLE = {13, _TEXT8, _TEXT16, 258}


@dataclass
class PackedFile:
    """One file: its name, perhaps none, and its bytes."""

    name: str = ""
    content: bytes = b""


@dataclass
class Packed:
    """What a winmail.dat holds."""

    text: str = ""
    files: list[PackedFile] = field(default_factory=list)


def is_tnef(data: bytes) -> bool:
    """Whether the bytes begin as a winmail.dat does."""
    return len(data) > _HEAD and _number(data, 0) == SIGNATURE


def unpack(data: bytes) -> Packed:
    """Return the text and the files of a winmail.dat, as far as it can be read; never raises."""
    packed, place = Packed(), 6
    while is_tnef(data) and place + _HEAD <= len(data):
        attribute, length = _number(data, place + 1), _number(data, place + 5)
        start = place + _HEAD
        if start + length > len(data):
            break
        _take(packed, attribute, data[start : start + length])
        place = start + length + 2
    packed.files = [each for each in packed.files if each.content]
    return packed


def _take(packed: Packed, attribute: int, value: bytes) -> None:
    if attribute == _RENDERING and len(packed.files) < MOST_FILES:
        packed.files.append(PackedFile())
    elif attribute == _BODY:
        packed.text = _text(value)
    elif packed.files and attribute == _TITLE:
        packed.files[-1].name = packed.files[-1].name or _text(value)
    elif packed.files and attribute == _DATA:
        packed.files[-1].content = value
    elif packed.files and attribute == _PROPERTIES:
        packed.files[-1].name = _long_name(value) or packed.files[-1].name


def _long_name(value: bytes) -> str:
    """Find the long file name among the MAPI properties of a file; nothing where there is none."""
    place = 4
    for _ in range(min(_number(value, 0), 1_000)):
        kind, name = _number(value, place) & 0xFFFF, _number(value, place) >> 16
        place += 4
        if kind in _FIXED:
            place += _FIXED[kind]
            continue
        # A name of its own, or a kind that nobody describes, ends what can be read.
        if kind not in _VARIABLE or name >= _OWN_NAMES:
            return ""
        length = _number(value, place + 4)
        content = value[place + 8 : place + 8 + length]
        if name == _LONG_NAME:
            return _wide(content) if kind == _TEXT16 else _text(content)
        place += 8 + length + -length % 4
    return ""


def _number(data: bytes, place: int) -> int:
    return int.from_bytes(data[place : place + 4], "little")


def _text(value: bytes) -> str:
    return value.decode("cp1252", "replace").partition("\0")[0].strip()


def _wide(value: bytes) -> str:
    return value.decode("utf-16-le", "replace").partition("\0")[0].strip()
