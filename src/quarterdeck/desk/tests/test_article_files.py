"""Pictures and files inside articles: made anew or strictly typed, and read by whom the text is."""

from dataclasses import replace
from io import BytesIO

import pytest
from django.core.files.base import ContentFile
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from PIL import Image

from quarterdeck.core.errors import Invalid, Refused
from quarterdeck.desk.models import Article, ArticleFile
from quarterdeck.desk.queries.article_files import files_of, kept_content, shown_text
from quarterdeck.desk.tests.work_cast import MONDAY, account
from quarterdeck.desk.tests.written import VPN, led_desk, published, written
from quarterdeck.desk.verbs.article_files import add_article_file, remove_article_file
from quarterdeck.desk.verbs.articles import publish_article, revise_article, submit_article
from quarterdeck.office.models import Attachment

pytestmark = pytest.mark.django_db

SVG = b'<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>'
SECRET = b"Taken at 52.5200 N, 13.4050 E"


def drawn(kind: str, size: tuple[int, int] = (40, 20)) -> bytes:
    """A red picture, in whose file a secret stands."""
    out = BytesIO()
    exif = Image.Exif()
    exif[0x010E] = SECRET.decode()
    # Orientation 6: the camera was held upright, and the picture lies on its side.
    exif[0x0112] = 6
    Image.new("RGB", size, "red").save(out, kind, exif=exif)
    return out.getvalue()


def added(article: Article, name: str, content: bytes, alt: str = "The button") -> ArticleFile:
    return add_article_file(
        article=article,
        name=name,
        content=ContentFile(content),
        alt=alt,
        actor=account("nils"),
        at=MONDAY,
    )


def content_of(file: ArticleFile) -> bytes:
    kept = kept_content(file)
    assert kept is not None
    content: bytes = client_of("nils").get(address_of(file)).getvalue()
    return content


def client_of(name: str) -> Client:
    client = Client()
    client.force_login(account(name))
    return client


def address_of(file: ArticleFile) -> str:
    return reverse("desk.article.file", args=[file.article_id, file.pk])


def shown_in(article: Article, file: ArticleFile) -> None:
    """Publish a version of an article that names a file."""
    wording = replace(VPN, text=f"{VPN.text}\n\n{file.in_words}")
    revise_article(article=article, seen=1, wording=wording, actor=account("nils"), at=MONDAY)
    submit_article(article=article, actor=account("nils"), at=MONDAY)
    publish_article(article=article, seen=2, actor=account("vera"), at=MONDAY)
    article.refresh_from_db()


@pytest.mark.parametrize(
    ("name", "kind"), [("a.jpg", "JPEG"), ("b.png", "PNG"), ("c.webp", "WEBP")]
)
def test_a_picture_is_made_anew_upright_and_without_what_the_camera_wrote(
    name: str, kind: str
) -> None:
    led_desk()
    sent = drawn(kind)

    file = added(written(), name, sent)

    made = content_of(file)
    with Image.open(BytesIO(made)) as picture:
        assert (picture.size, picture.getpixel((0, 0))[0] > 250) == ((20, 40), True)  # type: ignore[index]  # three colours
    assert (SECRET in sent, SECRET in made) == (True, False)
    assert (file.width, file.height, file.name[-4:]) == (
        20,
        40,
        ".jpg" if kind == "JPEG" else ".png",
    )


@pytest.mark.parametrize(
    ("name", "content", "told"),
    [
        ("drawing.svg", SVG, "not taken"),
        ("drawing.png", SVG, "no picture"),
        ("cut.png", b"\x89PNG\r\n\x1a\n" + b"\0" * 40, "picture"),
        ("page.html", b"<script>alert(1)</script>", "not taken"),
        ("form.pdf", SVG, "no pdf"),
        ("list.csv", b"a,b\n\0\xff", "no csv"),
        ("macro.xlsm", b"PK\x03\x04", "not taken"),
    ],
)
def test_what_could_hold_a_program_or_is_not_what_it_says_is_refused(
    name: str, content: bytes, told: str
) -> None:
    led_desk()

    with pytest.raises(Invalid, match=told):
        added(written(), name, content)
    assert (ArticleFile.objects.count(), Attachment.objects.count()) == (0, 0)


def test_a_picture_needs_words_for_what_it_shows() -> None:
    led_desk()

    with pytest.raises(Invalid, match="what it shows"):
        added(written(), "a.png", drawn("PNG"), alt=" ")


def test_readers_get_what_the_published_text_names_and_nothing_else() -> None:
    led_desk()
    article = published()
    named, other = (added(article, "a.png", drawn("PNG")) for _ in range(2))
    before = client_of("mona").get(address_of(named)).status_code

    shown_in(article, named)

    mona = client_of("mona")
    page = mona.get(reverse("desk.article.detail", args=[article.pk])).content.decode()
    answers = [mona.get(address_of(each)) for each in (named, other)]
    found = [each.status_code for each in answers]
    assert (before, found) == (404, [200, 404])
    assert f'<img src="{address_of(named)}" alt="The button" width="20" height="40">' in page
    assert [list(files_of(article, account(name))) for name in ("mona", "nils")] == [
        [named],
        [named, other],
    ]


def test_a_file_is_downloaded_and_a_picture_shown_and_neither_runs() -> None:
    led_desk()
    article = written()
    form, picture = (
        added(article, "form.pdf", b"%PDF-1.7 ..."),
        added(article, "a.png", drawn("PNG")),
    )

    answers = [client_of("nils").get(address_of(each)) for each in (form, picture)]

    for each in answers:
        each.close()
    assert [each.headers["Content-Type"] for each in answers] == [
        "application/octet-stream",
        "image/png",
    ]
    assert [each.headers["Content-Disposition"].split(";")[0] for each in answers] == [
        "attachment",
        "inline",
    ]
    assert {each.headers["X-Content-Type-Options"] for each in answers} == {"nosniff"}
    assert {each.headers["Content-Security-Policy"] for each in answers} == {
        "default-src 'none'; sandbox"
    }


def test_a_text_shows_its_own_pictures_and_no_others() -> None:
    led_desk()
    article = written()
    form, picture = added(article, "form.pdf", b"%PDF-1.7"), added(article, "a.png", drawn("PNG"))
    text = (
        f"{picture.in_words} {form.in_words} ![far](https://elsewhere.example/a.png) "
        f'![none](files/999) <img src="x" onerror="y"> ![" x="](files/{picture.pk})'
    )

    shown = shown_text(text, [form, picture])

    assert shown.count("<img ") == 2
    assert f'<a href="{address_of(form)}"' in shown
    assert [each in shown for each in ("elsewhere", '<img src="x"', ' x="')] == [
        False,
        False,
        False,
    ]


def test_what_a_version_names_stays_and_what_none_names_can_go() -> None:
    led_desk()
    article = published()
    named, other = (added(article, "a.png", drawn("PNG")) for _ in range(2))
    shown_in(article, named)

    remove_article_file(file=other, actor=account("nils"), at=MONDAY)

    with pytest.raises(Refused, match="names it"):
        remove_article_file(file=named, actor=account("nils"), at=MONDAY)
    assert (list(ArticleFile.objects.all()), Attachment.objects.count()) == ([named], 1)


def test_an_author_adds_a_picture_on_its_page_and_sees_it_in_the_preview() -> None:
    led_desk()
    article, nils = written(), client_of("nils")
    address = reverse("desk.article.files", args=[article.pk])
    sent = SimpleUploadedFile("screen.png", drawn("PNG"))

    without = nils.post(address, {"file": sent, "alt": ""})
    sent.seek(0)
    nils.post(address, {"file": sent, "alt": "The screen"})
    file = ArticleFile.objects.get()
    page = nils.get(address).content.decode()
    preview = reverse("desk.article.preview.illustrated", args=[article.pk])
    shown = nils.post(preview, {"text": file.in_words}).content.decode()

    assert (without.status_code, f"![The screen](files/{file.pk})" in page) == (422, True)
    assert f'src="{address_of(file)}"' in shown
