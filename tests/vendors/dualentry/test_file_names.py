"""File names, from the bytes of a form to the attachment. The same bodies give the same names in Django 5.2."""

from collections.abc import Callable

import pytest

from tests.asgi import Answer
from tests.vendors.dualentry.conftest import FORM, DualEntry

INVOICE = "invoices/1002"


def upload(dualentry: DualEntry, disposition: bytes) -> Answer:
    """Upload a form that is written out byte by byte, as `form` and `file_part` take text."""
    body = (
        b"--frontier\r\nContent-Disposition: form-data; " + disposition + b"\r\n"
        b"Content-Type: application/pdf\r\n\r\nbytes\r\n--frontier--\r\n"
    )
    return dualentry.request("POST", f"/public/v2/{INVOICE}/attachments/", body, {"content-type": FORM})


def name_of(dualentry: DualEntry, disposition: bytes) -> str:
    (file,) = dualentry.ok(upload(dualentry, b'name="files"; ' + disposition))["attachments"]
    name: str = file["file_name"]
    return name


@pytest.mark.proves("dualentry.file-name")
@pytest.mark.parametrize(
    ("disposition", "name"),
    [
        (b'filename="a b.pdf"', "a b.pdf"),
        (b"filename=a.pdf", "a.pdf"),
        (rb'filename="a \"b\".pdf"', 'a "b".pdf'),
        (b'filename="it\'s.pdf"', "it's.pdf"),
        ('filename="Rechnung März.pdf"'.encode(), "Rechnung März.pdf"),
        ('filename="請求書.pdf"'.encode(), "請求書.pdf"),
        (b'filename="C:\\scans\\march\\a.pdf"', "a.pdf"),
        (b'filename="../../etc/pass wd.pdf"', "pass wd.pdf"),
        (b'filename="/var/tmp/a.pdf"', "a.pdf"),
        (b"filename*=utf-8''%e2%82%ac%20rates.pdf", "€ rates.pdf"),
        (b"filename=\"EUR.pdf\"; filename*=UTF-8''%E2%82%AC.pdf", "€.pdf"),
        (b'filename*0="a very long "; filename*1="name.pdf"', "a very long name.pdf"),
        (b'filename="a;b=c.pdf"', "a;b=c.pdf"),
        (b'filename="no-extension"', "no-extension"),
        (b'filename="..."', "..."),
        (b'filename="a\tb\x7f.pdf"', "ab.pdf"),
        # A space that is not ASCII counts as unprintable, and so does a mark that turns the reading direction.
        ('filename="a\u3000b\u202ec.pdf"'.encode(), "abc.pdf"),
    ],
)
def test_a_name_arrives_in_every_form(dualentry: DualEntry, disposition: bytes, name: str) -> None:
    assert name_of(dualentry, disposition) == name


@pytest.mark.proves("dualentry.file-name-escapes")
@pytest.mark.parametrize(
    ("disposition", "name"),
    [
        (b'filename="a %22b%22.pdf"', "a %22b%22.pdf"),
        (b'filename="a%0D%0Ab.pdf"', "a%0D%0Ab.pdf"),
        (b'filename="100%25 sure.pdf"', "100%25 sure.pdf"),
        (b'filename="a &quot;b&quot; &amp; c.pdf"', 'a "b" & c.pdf'),
        (b'filename="&#35531;&#x6c42;.pdf"', "請求.pdf"),
        (b'filename="AT&T.pdf"', "AT&T.pdf"),
        (b'filename="scans&#47;march&#92;a.pdf"', "a.pdf"),
        (b'filename="a&#10;b.pdf"', "ab.pdf"),
        (b"filename*=utf-8''a%26quot%3B.pdf", 'a".pdf'),
    ],
)
def test_entities_are_undone_and_percent_forms_are_not(dualentry: DualEntry, disposition: bytes, name: str) -> None:
    assert name_of(dualentry, disposition) == name


@pytest.mark.proves("dualentry.files-missing")
@pytest.mark.parametrize(
    "disposition",
    [
        b'name="files"; filename=""',
        b'name="files"; filename=".."',
        b'name="files"; filename="scans/"',
        b'name="files"; filename="&#46;"',
        b"name=\"files\"; filename*=klingon''a.pdf",
        b'filename="a.pdf"',
        b'name="&#102;iles"; filename="a.pdf"',
    ],
)
def test_a_part_without_a_usable_name_is_no_file(dualentry: DualEntry, disposition: bytes) -> None:
    assert upload(dualentry, disposition).rule == "dualentry.files-missing"
    assert dualentry.files(INVOICE) == []


@pytest.mark.proves("dualentry.file-name-length")
def test_a_long_name_is_cut_before_its_extension(make: Callable[..., DualEntry]) -> None:
    long = b'filename="' + b"a" * 300 + b'.tar.gz"'

    assert name_of(make(), long) == "a" * 252 + ".gz"
    assert name_of(make(), b'filename="' + b"a" * 252 + b'.gz"') == "a" * 252 + ".gz"
    assert name_of(make(), b'filename="a.' + b"b" * 300 + b'"') == "." + "b" * 254
    assert name_of(make(dualentry_file_name_length=7), long) == "aaaa.gz"
