"""Keep the browser files of other projects: fetch them with npm, lock them, compare them.

`vendor.toml` says what, `vendor.lock` holds one SHA-256 per file in the form that `sha256sum`
reads, and neither names a host. Only the refresh needs npm and a network.
"""

import hashlib
import re
import subprocess
import tarfile
import tempfile
import tomllib
from collections.abc import Iterator
from pathlib import Path
from xml.etree import ElementTree as ET

VENDOR = Path("src/quarterdeck/ui/static/vendor")
SVG = "{http://www.w3.org/2000/svg}"
# Icons are drawn on a square of so many units.
CELL = 24
# Each drawing begins with an invisible square of the size of its canvas.
CANVAS = "M0 0h24v24H0z"
# Django's manifest storage stops on a map that is not there.
SOURCE_MAP = re.compile(rb"\n?(//# sourceMappingURL=[^\n]*|/\*# sourceMappingURL=[^*]*\*/)\s*$")
LICENCE = re.compile(r"LICEN[CS]E(\.(md|txt))?", re.IGNORECASE)


class Package:
    """One npm package, unpacked in memory: the bytes of each file by its path."""

    def __init__(self, name: str, version: str) -> None:
        self.folder = f"{name.removeprefix('@').replace('/', '-')}-{version}"
        self.files: dict[str, bytes] = {}
        with tempfile.TemporaryDirectory() as place:
            command = ["npm", "pack", "--silent", "--ignore-scripts", f"{name}@{version}"]
            subprocess.run(command, cwd=place, check=True, stdout=subprocess.DEVNULL)
            (archive,) = Path(place).glob("*.tgz")
            with tarfile.open(archive) as members:
                for member in members:
                    if content := members.extractfile(member):
                        self.files[member.name.partition("/")[2]] = content.read()

    def licence(self) -> bytes:
        """Return the licence text; raises KeyError when the package carries none."""
        for name, content in self.files.items():
            if LICENCE.fullmatch(name):
                return content
        raise KeyError(f"{self.folder} carries no licence text; name one in vendor.toml")


def draw_sprite(package: Package, folder: str, icons: list[str]) -> bytes:
    """Return one SVG with all icons, one below the other, for style sheets to cut from."""
    ET.register_namespace("", SVG.strip("{}"))
    width, height = f"{CELL}", f"{CELL * len(icons)}"
    size = {"width": width, "height": height, "viewBox": f"0 0 {width} {height}"}
    ends = {"stroke-linecap": "round", "stroke-linejoin": "round"}
    style = {"fill": "none", "stroke": "#000", "stroke-width": "1.75"}
    sprite = ET.Element(f"{SVG}svg", size | style | ends)
    sprite.append(ET.Comment(f" {package.folder}, MIT licence: see {package.folder}/LICENSE "))
    for place, name in enumerate(icons):
        drawing = ET.fromstring(  # noqa: S314 - npm checked the package against its hash
            package.files[f"{folder}/{name}.svg"]
        )
        moved = {"id": name, "transform": f"translate(0 {CELL * place})"}
        icon = ET.SubElement(sprite, f"{SVG}g", moved)
        icon.extend(part for part in drawing if part.get("d") != CANVAS)
    for element in sprite.iter():
        element.tail = "\n" if element.tag == f"{SVG}g" else None
        element.text = element.text if element.text and element.text.strip() else None
    return ET.tostring(sprite, encoding="unicode").encode()


def number_icons(icons: list[str]) -> bytes:
    """Return a style sheet with a class per icon: how far down the picture it is, from 0 to 100 %,
    as the position of a mask is counted, where the last icon is at the end."""
    last = len(icons) - 1
    shares = {name: f"{place / last:.4%}" for place, name in enumerate(icons)}
    return "".join(f".i-{name}{{--i:{share}}}\n" for name, share in shares.items()).encode()


def wanted_files(root: Path) -> Iterator[tuple[str, bytes]]:
    """Fetch what vendor.toml names; yield each file's bytes with its path in the vendor folder."""
    specification = tomllib.loads((root / "vendor.toml").read_text())
    for asset in specification["asset"]:
        package = Package(asset["package"], asset["version"])
        by_hand = asset.get("licence_text")
        licence = (root / by_hand).read_bytes() if by_hand else package.licence()
        yield f"{package.folder}/LICENSE", licence
        for source, target in asset["files"].items():
            yield f"{package.folder}/{target}", SOURCE_MAP.sub(b"\n", package.files[source])
    sprite = specification["sprite"]
    package = Package(sprite["package"], sprite["version"])
    yield f"{package.folder}/LICENSE", package.licence()
    yield "icons.svg", draw_sprite(package, sprite["folder"], sprite["icons"])
    yield "icons.css", number_icons(sprite["icons"])


def refresh_vendored(root: Path) -> None:
    """Fetch every file anew, drop those that are no longer named, and write vendor.lock."""
    files = dict(wanted_files(root))
    for path in kept_files(root):
        if path not in files:
            (root / VENDOR / path).unlink()
    for path, content in files.items():
        target = root / VENDOR / path
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_bytes(content)
    lines = [f"{hashlib.sha256(files[path]).hexdigest()}  {path}\n" for path in sorted(files)]
    (root / "vendor.lock").write_text("".join(lines))


def kept_files(root: Path) -> list[str]:
    """List the files in the vendor folder by their paths under it."""
    folder = root / VENDOR
    return sorted(str(path.relative_to(folder)) for path in folder.rglob("*") if path.is_file())


def check_vendored(root: Path) -> list[str]:
    """Compare the vendor folder with vendor.lock; return what differs, one sentence each."""
    lines = (root / "vendor.lock").read_text().splitlines()
    locked = {path: digest for digest, path in (line.split("  ", 1) for line in lines)}
    kept = kept_files(root)
    faults = [f"{path} is locked but missing" for path in sorted(set(locked) - set(kept))]
    for path in kept:
        content = (root / VENDOR / path).read_bytes()
        if path not in locked:
            faults.append(f"{path} is not in vendor.lock")
        elif hashlib.sha256(content).hexdigest() != locked[path]:
            faults.append(f"{path} differs from vendor.lock")
    return faults
