"""Makes a PDF of a page, in a process of its own.

It reads HTML from standard input and writes the PDF to standard output. Nothing but that text
reaches the PDF: whatever the page refers to, a file or an address, is refused. The process bounds
its own time and memory, and loads no Django.
"""

import logging
import resource
import sys

CPU_SECONDS, MOST_BYTES = 40, 3 * 1_024**3
# Exit status beside 0, done, and 1, a fault.
UNAVAILABLE = 3


def pressed(html: str) -> bytes:
    """Return the PDF of a page."""
    # It takes long to load, and needs a system library that not every machine has.
    from weasyprint import HTML  # noqa: PLC0415 — its system library may be missing, and only printing needs it
    from weasyprint.urls import URLFetcher  # noqa: PLC0415 — its system library may be missing, and only printing needs it

    # It may fetch by no protocol at all, be it a file's, the network's or data in the address.
    nothing = URLFetcher(allowed_protocols=())
    pdf: bytes = HTML(string=html, url_fetcher=nothing).write_pdf(pdf_tags=True)
    return pdf


def why_unavailable() -> str:
    """Say why nothing can be printed on this machine, or nothing where it can."""
    try:
        import weasyprint  # noqa: F401, PLC0415 — whether it loads is the question
    except (ImportError, OSError) as problem:
        return str(problem).splitlines()[0]
    return ""


def main() -> int:
    """Print what stands in standard input."""
    resource.setrlimit(resource.RLIMIT_CPU, (CPU_SECONDS, CPU_SECONDS))
    resource.setrlimit(resource.RLIMIT_AS, (MOST_BYTES, MOST_BYTES))
    logging.disable()
    if missing := why_unavailable():
        sys.stderr.write(missing)
        return UNAVAILABLE
    sys.stdout.buffer.write(pressed(sys.stdin.buffer.read().decode()))
    return 0


if __name__ == "__main__":
    sys.exit(main())
