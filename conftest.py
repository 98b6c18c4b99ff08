"""What every test may ask for: the right skip, the folder of real files, a browser.

Nothing here imports Django, so that the kernels' tests run where it is absent.
"""

import os
from collections.abc import Generator, Iterator
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import settings

from quarterdeck.core.tests.patience import PATIENCE

if TYPE_CHECKING:
    from playwright.sync_api import Browser, ConsoleMessage, Page, Request

ROOT = Path(__file__).resolve().parent
CHROMIUM = Path(os.environ.get("QUARTERDECK_CHROMIUM", "/usr/bin/chromium"))
DEBIAN = ROOT / ".debian"
MILLISECONDS = 1_000
# So much of a page is told with a failure: its last answers, and the first signs of its text.
LAST_ANSWERS, TOLD_SIGNS = 20, 3_000
CHROMIUM_ARGUMENTS = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)
IN_CI = os.environ.get("CI", "").lower() == "true"
ON_POSTGRESQL = os.environ.get("QUARTERDECK_DATABASE_URL", "").startswith("postgres")

# A run never touches the home of an installation, and finds its settings whatever the shell says.
# Here and not in pyproject.toml, where pytest would refuse the option without its Django plugin.
HOME = TemporaryDirectory(prefix="quarterdeck-tests-", ignore_cleanup_errors=True)
os.environ["QUARTERDECK_HOME"] = HOME.name
# As in a home that has been started once; Django then serves the files as they lie.
(Path(HOME.name) / "static").mkdir()
os.environ["DJANGO_SETTINGS_MODULE"] = "quarterdeck.config.settings"

# Speed is never asserted: a busy machine is no failure.
settings.register_profile("quarterdeck", deadline=None, print_blob=True)
settings.load_profile("quarterdeck")


def pytest_configure(config: pytest.Config) -> None:
    """Load Django where the run has it; the plugin finds it loaded and does the rest."""
    if config.pluginmanager.has_plugin("django"):
        # Imported here, since the kernels' environment has no Django.
        import django  # noqa: PLC0415 - see the line above

        django.setup()
        for fixtures in ("quarterdeck.core.tests.fixtures", "quarterdeck.config.tests.fixtures"):
            config.pluginmanager.import_plugin(fixtures)


def pytest_unconfigure() -> None:
    """Remove the home of this run."""
    HOME.cleanup()


def real_files() -> Path:
    """Return the folder of real files: the one with GOLDEN.json in or under QUARTERDECK_SHARED."""
    named = Path(os.environ.get("QUARTERDECK_SHARED") or ROOT.parent / "shared")
    return named if (named / "GOLDEN.json").is_file() else named / "data"


def need(thing: Path, name: str) -> None:
    """Skip the test where something is not on the machine; fail it in CI, which must have all."""
    if thing.exists():
        return
    if IN_CI:
        pytest.fail(f"{name} is missing in CI: {thing}", pytrace=False)
    pytest.skip(f"{name} is not on this machine: {thing}")


def pytest_runtest_setup(item: pytest.Item) -> None:
    """Apply the markers that depend on this machine or on the database of this run."""
    if item.get_closest_marker("postgresql") and not ON_POSTGRESQL:
        pytest.skip("holds on PostgreSQL only; this run is on SQLite")
    if item.get_closest_marker("sqlite") and ON_POSTGRESQL:
        pytest.skip("holds on SQLite only; this run is on PostgreSQL")
    if item.get_closest_marker("once") and ON_POSTGRESQL:
        pytest.skip("no database can change it; the run on SQLite holds it")
    if item.get_closest_marker("shared"):
        need(real_files(), "The folder of real files (QUARTERDECK_SHARED)")
    if item.get_closest_marker("browser"):
        need(CHROMIUM, "Chromium (QUARTERDECK_CHROMIUM)")


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(
    item: pytest.Item, call: pytest.CallInfo[None]
) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """Tell with a failure in the browser what the page had been answered and showed then."""
    report = yield
    known: dict[str, Any] = getattr(item, "funcargs", {})
    if call.when == "call" and report.failed and "page" in known:
        told = (known["page"].url, *known["answers"][-LAST_ANSWERS:], text_of(known["page"]))
        report.sections.append(("the page at the failure", "\n".join(told)))
    return report


def text_of(page: "Page") -> str:
    """Return the beginning of what a page shows, or why it cannot be asked."""
    # Imported here, since the kernels' environment has no browser driver.
    from playwright.sync_api import Error  # noqa: PLC0415 - see the line above

    try:
        return page.locator("body").inner_text(timeout=MILLISECONDS)[:TOLD_SIGNS]
    except Error as error:
        return f"no text: {error}"


@pytest.fixture(scope="session")
def shared() -> Path:
    """The folder of real files, with GOLDEN.json in it; the test carries the mark `shared`."""
    return real_files()


@pytest.fixture(scope="session")
def debian() -> Path:
    """Where `make test` unpacks Debian's programs: a mail server and two proxies."""
    need(DEBIAN, "The folder with programs of Debian, which `make test` unpacks,")
    return DEBIAN


@pytest.fixture(scope="session")
def browser() -> "Iterator[Browser]":
    """One Chromium for the whole run."""
    # Imported here, since the kernels' environment has no browser driver.
    from playwright.sync_api import expect, sync_playwright  # noqa: PLC0415 - see the line above

    # The synchronous driver keeps an event loop in this thread, at which Django's ORM would balk.
    os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "1"
    # Waits end with what they wait for, and a busy machine is no failure.
    expect.set_options(timeout=PATIENCE * MILLISECONDS)
    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=CHROMIUM, args=CHROMIUM_ARGUMENTS)
        yield chromium
        chromium.close()


@pytest.fixture
def problems() -> list[str]:
    """The errors that the page wrote to its console; a test may clear those that it expects."""
    return []


@pytest.fixture
def answers() -> list[str]:
    """What the page asked for: how it was answered, or why it was not."""
    return []


@pytest.fixture
def page(browser: "Browser", problems: list[str], answers: list[str]) -> "Iterator[Page]":
    """A fresh page in a fresh context. The test fails at its end if the console shows errors.

    A refused form (status 422) is part of normal use, and Chromium logs it as an error: left out.
    """

    def note(message: "ConsoleMessage") -> None:
        if message.type == "error" and "422" not in message.text:
            problems.append(message.text)

    def fail(request: "Request") -> None:
        answers.append(f"{request.method} {request.url}: {request.failure}")

    context = browser.new_context()
    context.set_default_timeout(PATIENCE * MILLISECONDS)
    opened = context.new_page()
    opened.on("console", note)
    opened.on("request", lambda asked: answers.append(f"{asked.method} {asked.url} …"))
    opened.on("response", lambda given: answers.append(f"{given.status} {given.url}"))
    opened.on("requestfailed", fail)
    opened.on("pageerror", lambda error: problems.append(str(error)))
    yield opened
    context.close()
    # Imported here, since the kernels' environment has no Django.
    from quarterdeck.core.tests.fixtures import wait_for_last_answers  # noqa: PLC0415 - the kernels have no Django

    wait_for_last_answers()
    assert problems == []
