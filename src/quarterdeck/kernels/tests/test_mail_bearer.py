"""Signing in with an access token, as RFC 7628 and Google's documents show it."""

import pytest

from quarterdeck.kernels.mail.bearer import fault_of, is_protected, oauthbearer, xoauth2

NOT_TAKEN = "the server does not take the token: it is expired, revoked or for another service"


def test_oauthbearer_is_the_example_of_rfc_7628() -> None:
    # Section 4.1 of the RFC, with the mail server's port.
    expected = (
        "n,a=user@example.com,\x01host=server.example.com\x01port=143\x01"
        "auth=Bearer vF9dft4qmTc2Nvb3RlckBhbHRhdmlzdGEuY29tCg==\x01\x01"
    )

    token = "vF9dft4qmTc2Nvb3RlckBhbHRhdmlzdGEuY29tCg=="  # noqa: S105 — the example of the RFC
    assert oauthbearer("user@example.com", token, "server.example.com", 143) == expected


def test_xoauth2_is_the_example_of_googles_document() -> None:
    token = "ya29.vF9dft4qmTc2Nvb3RlckBhdHRhdmlzdGEuY29tCg"  # noqa: S105 — an example
    expected = f"user=someuser@example.com\x01auth=Bearer {token}\x01\x01"

    assert xoauth2("someuser@example.com", token) == expected


def test_a_user_cannot_break_out_of_the_header() -> None:
    assert oauthbearer("a,b=c", "t", "h", 1).startswith("n,a=a=2Cb=3Dc,\x01")


@pytest.mark.parametrize("part", ["a\x01auth=Bearer x", "line\nbreak", "Ünal"])
def test_signs_that_have_no_place_there_are_refused(part: str) -> None:
    with pytest.raises(ValueError, match="plain printable signs"):
        xoauth2(part, "token")
    with pytest.raises(ValueError, match="plain printable signs"):
        oauthbearer("user", part, "host", 1)


@pytest.mark.parametrize(
    ("challenge", "told"),
    [
        # The failure of RFC 7628, 4.3.
        (
            b'{"status":"invalid_token","scope":"example_scope","openid-configuration":"x"}',
            f"{NOT_TAKEN} (it asks for example_scope)",
        ),
        (
            b'{"status":"insufficient_scope"}',
            "the token does not allow this: its scope is too narrow",
        ),
        (b'{"status":"418"}', "the server refuses the token (418)"),
        (b"no", ""),
        (b"[]", ""),
    ],
)
def test_a_refusal_is_told_in_words(challenge: bytes, told: str) -> None:
    assert fault_of(challenge) == told


@pytest.mark.parametrize(
    ("url", "holds"),
    [
        ("https://login.example.org/token", True),
        ("http://127.0.0.1:8000/token", True),
        ("http://localhost/token", True),
        ("http://login.example.org/token", False),
        ("ftp://127.0.0.1/token", False),
        ("file:///etc/passwd", False),
        ("https://", False),
        ("", False),
    ],
)
def test_a_secret_is_sent_by_tls_or_stays_on_this_machine(url: str, holds: bool) -> None:
    assert is_protected(url) is holds
