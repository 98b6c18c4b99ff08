"""What an own mail server says of a sender, and what everybody else may write."""

import pytest

from quarterdeck.kernels.mail.authentication import Authenticity, authenticity_of

OURS, SENDER = "mx.example.org", "mona@mail.example.com"
PASSED, FAILED, MISSING = Authenticity.PASSED, Authenticity.FAILED, Authenticity.MISSING


# The forms are those of RFC 8601, appendix B.
@pytest.mark.parametrize(
    ("field", "expected"),
    [
        ("mx.example.org; none", FAILED),
        ("mx.example.org 1; none", FAILED),
        ("MX.Example.ORG; spf=pass smtp.mailfrom=mail.example.com", PASSED),
        ("mx.example.org; spf=pass smtp.mailfrom=bounce@mail.example.com", PASSED),
        ("mx.example.org; spf=pass smtp.mailfrom=evil.example", FAILED),
        ("mx.example.org; spf=fail smtp.mailfrom=mail.example.com", FAILED),
        ('mx.example.org; dkim=pass reason="good signature" header.d=example.com', PASSED),
        ("mx.example.org; dkim=pass header.i=@mail.example.com", PASSED),
        ("mx.example.org; dkim=pass header.d=com", FAILED),
        ("mx.example.org; dkim=pass header.d=notmail.example.com", FAILED),
        ("mx.example.org; dkim=fail header.d=evil.example; spf=pass (x; dkim=pass) x=y", FAILED),
        (
            "mx.example.org; dkim=pass header.d=example.com; dmarc=fail header.from=x.example.com",
            FAILED,
        ),
        ("mx.example.org; dmarc=pass header.from=mail.example.com", PASSED),
        ("mx.example.org; dmarc=pass header.from=evil.example", FAILED),
        (
            "mx.example.org; dmarc=none; spf=pass smtp.mailfrom=x@mail.example.com",
            PASSED,
        ),
        ("mx.example.org (spf=pass; (nested)); spf=neutral", FAILED),
        ("(a comment) mx.example.org; spf=pass smtp.mailfrom=mail.example.com", PASSED),
        (
            'mx.example.org; spf=pass smtp.mailfrom="x;dkim=pass header.d=example.com"@a.example',
            FAILED,
        ),
        (
            'mx.example.org; dmarc=none; spf=pass smtp.mailfrom=" smtp.mailfrom=example.com"@a.tld',
            FAILED,
        ),
        (
            r'mx.example.org; spf=pass smtp.mailfrom="\";dkim=pass header.d=example.com"@a.example',
            FAILED,
        ),
        ('mx.example.org; spf=pass smtp.mailfrom="x@example.com"@evil.example', FAILED),
        ('mx.example.org; spf=pass smtp.mailfrom="a; (b"@mail.example.com', PASSED),
        ('"mx.example.org"; dkim=pass header.d="example.com"', PASSED),
        ('"mx.example".org; dkim=pass header.d=example.com', MISSING),
        ('mx.example.org; dkim=pass header.d=example.com; spf=fail smtp.mailfrom="x', FAILED),
        (r"mx.example.org; dkim=pass header.d=example.com (x\); dmarc=fail", FAILED),
        ('mx.example.org; dkim=pass (a "quote) header.d=example.com', PASSED),
        (
            "mx.example.org; spf=pass smtp.mailfrom=a.example smtp.helo=smtp.mailfrom=example.com",
            FAILED,
        ),
        ("evil.example; dmarc=pass header.from=mail.example.com", MISSING),
        ("mx.example.org.evil.example; dmarc=pass", MISSING),
        ("", MISSING),
        (';;==(("', MISSING),
    ],
)
def test_only_what_our_own_server_says_counts(field: str, expected: Authenticity) -> None:
    assert authenticity_of([field], OURS, SENDER) is expected


def test_the_topmost_field_of_our_server_counts_and_no_field_of_the_senders() -> None:
    passed, failed = "mx.example.org; dmarc=pass", "mx.example.org; dmarc=fail"

    verdicts = [
        authenticity_of(fields, OURS, SENDER)
        for fields in (["evil.example; dmarc=pass", failed, passed], [passed, failed], [])
    ]

    assert verdicts == [FAILED, PASSED, MISSING]


def test_without_a_name_of_a_server_nobody_is_asked() -> None:
    assert authenticity_of(["mx.example.org; dmarc=pass"], "", SENDER) is Authenticity.NOT_ASKED
