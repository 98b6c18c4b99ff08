#!/usr/bin/env python3
"""Takes the pictures of the README anew: a demo in a home of its own, photographed by Chromium.

Needs `make test` to have been run once, which brings the browser. Every page is taken in light and
in dark, on a desk's screen and on a telephone's, as PNG with at most 256 colours.
"""

import base64
import os
import socket
import struct
import subprocess
import sys
import time
import zlib
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Literal
from urllib.error import URLError
from urllib.request import urlopen

from playwright.sync_api import Browser, BrowserContext, Page, sync_playwright

ROOT = Path(__file__).resolve().parent.parent
FOLDER = ROOT / "docs" / "pictures"
CHROMIUM = os.environ.get("QUARTERDECK_CHROMIUM", "/usr/bin/chromium")
ARGUMENTS = ("--no-sandbox", "--disable-gpu", "--disable-background-networking")
SCREENS = {"desktop": (1280, 800), "phone": (390, 780)}
SCHEMES: tuple[Literal["light", "dark"], ...] = ("light", "dark")
_PATIENCE_SECONDS, _MOMENT = 120, 1_500
_MOST_COLOURS = 256

# Reads a picture, keeps its most frequent colours, and answers with a palette and an index a pixel.
_REDUCE = """async ([address, most]) => {
  const image = new Image();
  image.src = address;
  await image.decode();
  const canvas = new OffscreenCanvas(image.width, image.height);
  const context = canvas.getContext("2d");
  context.drawImage(image, 0, 0);
  const data = context.getImageData(0, 0, image.width, image.height).data;
  const counts = new Map();
  for (let at = 0; at < data.length; at += 4) {
    const colour = (data[at] << 16) | (data[at + 1] << 8) | data[at + 2];
    counts.set(colour, (counts.get(colour) || 0) + 1);
  }
  const kept = [...counts].sort((a, b) => b[1] - a[1]).slice(0, most).map((pair) => pair[0]);
  const parts = (colour) => [colour >> 16, (colour >> 8) & 255, colour & 255];
  const nearest = new Map(kept.map((colour, place) => [colour, place]));
  const place = (colour) => {
    if (!nearest.has(colour)) {
      const [red, green, blue] = parts(colour);
      let best = 0, least = Infinity;
      kept.forEach((other, index) => {
        const [r, g, b] = parts(other);
        const distance = (r - red) ** 2 + (g - green) ** 2 + (b - blue) ** 2;
        if (distance < least) { least = distance; best = index; }
      });
      nearest.set(colour, best);
    }
    return nearest.get(colour);
  };
  const pixels = new Uint8Array(data.length / 4);
  for (let at = 0; at < data.length; at += 4) {
    pixels[at / 4] = place((data[at] << 16) | (data[at + 1] << 8) | data[at + 2]);
  }
  let text = "";
  for (let at = 0; at < pixels.length; at += 8192) {
    text += String.fromCharCode(...pixels.subarray(at, at + 8192));
  }
  return [image.width, image.height, kept.flatMap(parts), btoa(text)];
}"""


@dataclass(frozen=True)
class Picture:
    """A page of the demo: its name, where it is, and what is done there before it is taken."""

    name: str
    address: str
    then: Callable[[Page], object] = lambda _page: None


def _follow(name: str) -> Callable[[Page], object]:
    """Go to where the first link of this text leads."""
    return lambda page: page.get_by_role("link", name=name).first.click()


def _filled(page: Page) -> None:
    """Wait until all figures are there."""
    computing = page.get_by_text("Being computed")
    computing.wait_for(state="detached", timeout=_PATIENCE_SECONDS * 1_000)


def _look_for(text: str) -> Callable[[Page], object]:
    """Open the palette, and type."""

    def typed(page: Page) -> None:
        page.keyboard.press("Control+k")
        page.keyboard.type(text)
        # It asks once nobody has typed for a moment.
        page.wait_for_timeout(_MOMENT)

    return typed


PICTURES = (
    Picture("today", "/today/"),
    Picture("scorecard", "/scorecard/", _filled),
    Picture("measure", "/scorecard/measures/desk.cycle_time/", _filled),
    Picture("ticket", "/desk/tickets/?state=resolved", _follow("T-0000")),
    Picture("board", "/desk/board", _follow("Workplace Support")),
    Picture("import", "/today/", _follow("Decide on")),
    Picture("palette", "/scorecard/", _look_for("printer")),
)


def main() -> None:
    """Take every picture, and say how much they weigh together."""
    FOLDER.mkdir(parents=True, exist_ok=True)
    with TemporaryDirectory(prefix="quarterdeck-pictures-") as home, _served(Path(home)) as base:
        username, password, *_ = Path(home, "sign-in").read_text(encoding="utf-8").splitlines()
        with sync_playwright() as playwright:
            browser = playwright.chromium.launch(executable_path=CHROMIUM, args=ARGUMENTS)
            _take_all(browser, base, username, password)
            browser.close()
    sizes = [path.stat().st_size for path in FOLDER.glob("*.png")]
    print(f"pictures: {len(sizes)} of together {sum(sizes) // 1024} kB in {FOLDER}")


def _take_all(browser: Browser, base: str, username: str, password: str) -> None:
    workshop = browser.new_page()
    signed_in: BrowserContext | None = None
    for screen, (width, height) in SCREENS.items():
        for scheme in SCHEMES:
            context = browser.new_context(
                base_url=base,
                viewport={"width": width, "height": height},
                color_scheme=scheme,
                locale="en-GB",
                timezone_id="Europe/London",
                reduced_motion="reduce",
                storage_state=None if signed_in is None else signed_in.storage_state(),
            )
            page = context.new_page()
            if signed_in is None:
                _sign_in(page, username, password)
                signed_in = context
            for picture in PICTURES:
                page.goto(picture.address)
                picture.then(page)
                page.wait_for_load_state("networkidle")
                path = FOLDER / f"{picture.name}-{screen}-{scheme}.png"
                path.write_bytes(_reduced(workshop, page.screenshot()))


def _sign_in(page: Page, username: str, password: str) -> None:
    page.goto("/sign-in")
    page.get_by_label("Username").fill(username)
    page.get_by_label("Password").fill(password)
    page.get_by_role("button", name="Sign in").click()
    page.wait_for_load_state("networkidle")


def _reduced(workshop: Page, png: bytes) -> bytes:
    """Return a picture with a palette: a page of text and lines loses nothing that one sees."""
    address = f"data:image/png;base64,{base64.b64encode(png).decode()}"
    width, height, palette, pixels = workshop.evaluate(_REDUCE, [address, _MOST_COLOURS])
    return indexed_png(width, height, bytes(palette), base64.b64decode(pixels))


def indexed_png(width: int, height: int, palette: bytes, pixels: bytes) -> bytes:
    """Return a PNG of one palette index for each pixel, row by row (W3C PNG, third edition)."""
    rows = b"".join(
        b"\0" + pixels[start : start + width] for start in range(0, width * height, width)
    )
    header = struct.pack(">IIBBBBB", width, height, 8, 3, 0, 0, 0)
    chunks = (
        (b"IHDR", header),
        (b"PLTE", palette),
        (b"IDAT", zlib.compress(rows, 9)),
        (b"IEND", b""),
    )
    return b"\x89PNG\r\n\x1a\n" + b"".join(_chunk(kind, data) for kind, data in chunks)


def _chunk(kind: bytes, data: bytes) -> bytes:
    check = zlib.crc32(kind + data)
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", check)


@contextmanager
def _served(home: Path) -> Iterator[str]:
    """Furnish a home with the demo and serve it; give the address."""
    surroundings = {**os.environ, "QUARTERDECK_HOME": str(home)}
    surroundings.pop("QUARTERDECK_DATABASE_URL", None)
    program = str(Path(sys.executable).parent / "quarterdeck")
    subprocess.run([program, "demo"], env=surroundings, check=True)
    bind = f"127.0.0.1:{_free_port()}"
    server = subprocess.Popen([program, "serve", "--bind", bind], env=surroundings)
    try:
        _wait_for(f"http://{bind}/health")
        yield f"http://{bind}"
    finally:
        server.terminate()
        server.wait()


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def _wait_for(address: str) -> None:
    until = time.monotonic() + _PATIENCE_SECONDS
    while True:
        try:
            urlopen(address, timeout=5).close()  # noqa: S310 — the address is our own server's
        except (URLError, OSError):
            if time.monotonic() > until:
                raise
            time.sleep(0.2)
        else:
            return


if __name__ == "__main__":
    main()
