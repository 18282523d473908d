"""Which URLs a webhook may have, before any name is looked up."""

import pytest

from triage.channels.webhook_url import Target, read_target

REFUSED = [
    ("http://example.org/hooks", "https://"),
    ("ftp://example.org", "https://"),
    ("javascript:alert(1)", "https://"),
    ("", "https://"),
    ("https://", "names no host"),
    ("https:///path", "names no host"),
    ("https://exa mple.org", "plain characters"),
    ("https://example.org/\r\nX: y", "plain characters"),
    ("https://größe.example/", "plain characters"),
    ("https://example.org/" + "x" * 2000, "plain characters"),
    ("https://ada:secret@example.org/", "without a user"),
    ("https://example.org/#part", "without a user"),
    ("https://example.org:99999/", "no address"),
    ("https://[::1", "no address"),
    ("https://2130706433/", "names no host"),
    ("https://0x7f000001/", "names no host"),
    ("https://127.1/", "names no host"),
    ("https://0177.0.0.1/", "names no host"),
    ("https://1.2.3.4.5/", "names no host"),
    ("https://-x.example/", "names no host"),
    ("https://127.0.0.1/", "private network"),
    ("https://127.0.0.1./", "private network"),
    ("https://[::1]/", "private network"),
    ("https://[::ffff:127.0.0.1]/", "private network"),
    ("https://[fe80::1%25eth0]/", "private network"),
    ("https://169.254.169.254/latest/meta-data", "private network"),
    ("https://10.1.2.3/", "private network"),
    ("https://0.0.0.0/", "private network"),
    ("https://localhost/", "private network"),
    ("https://LOCALHOST./", "private network"),
    ("https://x.localhost/", "private network"),
    ("https://metadata.google.internal/", "private network"),
    ("https://printer.local/", "private network"),
    ("https://router.home.arpa/", "private network"),
    ("https://intranet/", "private network"),
]


@pytest.mark.parametrize(("url", "words"), REFUSED)
def test_what_must_not_be_called_is_refused_in_words(url: str, words: str) -> None:
    with pytest.raises(ValueError, match=words):
        read_target(url, allow_private=False)


@pytest.mark.parametrize(
    ("url", "target"),
    [
        ("https://example.org", Target(True, "example.org", 443, "/")),
        ("HTTPS://Example.ORG:8443/a%20b?c=d", Target(True, "example.org", 8443, "/a%20b?c=d")),
        ("https://8.8.8.8/x", Target(True, "8.8.8.8", 443, "/x")),
        ("https://[2606:4700::1111]:444/x", Target(True, "2606:4700::1111", 444, "/x")),
        ("https://xn--gre-6ka8i.example/", Target(True, "xn--gre-6ka8i.example", 443, "/")),
        ("https://internal.example.org/", Target(True, "internal.example.org", 443, "/")),
    ],
)
def test_what_may_be_called_is_taken_apart(url: str, target: Target) -> None:
    assert read_target(url, allow_private=False) == target


@pytest.mark.parametrize("url", ["http://127.0.0.1:8080/", "https://localhost/", "http://intranet/x", "http://[::1]/"])
def test_private_ones_are_taken_where_the_operator_says_so(url: str) -> None:
    assert read_target(url, allow_private=True).host


def test_nobody_is_shown_the_path() -> None:
    assert str(read_target("https://example.org/secret?token=x", allow_private=False)) == "example.org:443"
    assert str(read_target("https://[2606:4700::1111]/x", allow_private=False)) == "[2606:4700::1111]:443"
