"""Files that clients uploaded, as a browser gets them: named, typed, and never run."""

from urllib.parse import unquote

import pytest

from tests.asgi import Answer
from tests.control.conftest import Control, problem
from tests.vendor_clients import SEED, VENDOR_NAMES, attach, client_of
from tests.vendors.codat import conftest as codat
from tests.vendors.vrplatform.conftest import FILES
from tests.vendors.xero import conftest as xero

PNG = b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR"
SCRIPT = b"<script>alert(1)</script>"
SVG = b'<svg xmlns="http://www.w3.org/2000/svg" onload="alert(1)"/>'
TEXT = "text/plain; charset=utf-8"
OCTETS = "application/octet-stream"


def upload(control: Control, name: str, content: bytes, content_type: str | None = None) -> Answer:
    """Send a file to VRPlatform, which takes any, and return it as the files of the control API have it."""
    part = f'--b\r\nContent-Disposition: form-data; name="file"; filename="{name}"\r\n'.encode()
    part += f"Content-Type: {content_type}\r\n".encode() if content_type else b""
    form = part + b"\r\n" + content + b"\r\n--b--\r\n"
    vrplatform = client_of(control.gateway, "vrplatform", content_type="multipart/form-data; boundary=b")
    assert vrplatform.request("POST", FILES, form, {"x-team-id": "team_123"}).status == 200
    file = control.files("?vendor=vrplatform")[-1]
    return control.get(f"{control.home}/files/{file['sha256']}?vendor=vrplatform&id={file['id']}")


def assert_harmless(answer: Answer) -> None:
    assert answer.status == 200
    assert answer.headers["x-content-type-options"] == "nosniff"
    assert answer.headers["content-security-policy"].startswith("sandbox;")
    inline = answer.headers["content-disposition"].startswith("inline;")
    assert inline or answer.headers["content-disposition"].startswith("attachment;")
    if inline:
        images = ("image/png", "image/jpeg", "image/gif", "image/webp", "application/pdf")
        assert answer.headers["content-type"] in (*images, TEXT)


@pytest.mark.parametrize(
    ("name", "content", "given", "shown_as"),
    [
        ("a.png", PNG, "image/png", "image/png"),
        ("a.pdf", b"%PDF-1.7 x", "application/pdf", "application/pdf"),
        ("a.jpg", b"\xff\xd8\xff\xe0", "image/jpeg", "image/jpeg"),
        ("a.gif", b"GIF89a", "image/gif", "image/gif"),
        ("a.webp", b"RIFF\n\0\0\0WEBPVP8 ", "image/webp", "image/webp"),
        ("a.csv", "Café;1\n".encode(), "text/csv", TEXT),
        ("named.txt", PNG, "text/plain", "image/png"),
        ("invoice.pdf", b"<!doctype html>" + SCRIPT, "application/pdf", TEXT),
        ("invoice.html", b"<!doctype html>" + SCRIPT, "text/html", TEXT),
        ("logo.svg", SVG, "image/svg+xml", TEXT),
        ("logo.png", SVG, "image/png", TEXT),
        ("polyglot.html", b"GIF89a=1;/*" + SCRIPT, "text/html", "image/gif"),
        ("polyglot.js", b"%PDF-1.7*/" + SCRIPT, "text/javascript", "application/pdf"),
        ("long.txt", b"a" * 4095 + "é".encode(), "text/plain", TEXT),
    ],
)
def test_what_is_shown_is_decided_by_the_first_bytes(
    control: Control, name: str, content: bytes, given: str, shown_as: str
) -> None:
    answer = upload(control, name, content, given)

    assert_harmless(answer)
    assert (answer.headers["content-type"], answer.body) == (shown_as, content)
    assert answer.headers["content-disposition"] == f'inline; filename="{name}"'


@pytest.mark.parametrize(
    ("name", "content", "given", "saved_as"),
    [
        ("a.zip", b"PK\x03\x04", "application/zip", "application/zip"),
        ("a.docx", b"PK\x03\x04", "application/vnd.openxmlformats-officedocument.wordprocessingml.document", None),
        ("a.html", b"\0" + SCRIPT, "text/html", OCTETS),
        ("a.html", b"\0" + SCRIPT, "text/html; charset=utf-8", OCTETS),
        ("a.svg", b"\x1f\x8b" + SVG, "image/svg+xml", OCTETS),
        ("a.xhtml", b"\xff\xfe<\0", "application/xhtml+xml", OCTETS),
        ("a.xml", b"\xff\xfe<\0", "application/xml", OCTETS),
        ("a.js", b"\x80 alert(1)", "text/javascript", OCTETS),
        ("a.css", b"\x80", "text/css", OCTETS),
        ("a.html", b"\xff\xfe<\0s\0", "multipart/x-mixed-replace", OCTETS),
        ("a.bin", b"\0\1", "nonsense", OCTETS),
    ],
)
def test_everything_else_is_to_be_saved(
    control: Control, name: str, content: bytes, given: str, saved_as: str | None
) -> None:
    answer = upload(control, name, content, given)

    assert_harmless(answer)
    assert (answer.headers["content-type"], answer.body) == (saved_as or given, content)
    assert answer.headers["content-disposition"] == f'attachment; filename="{name}"'


@pytest.mark.parametrize(
    "name", ["<img src=x onerror=alert(1)>.png", "\u202efdp.png", "a%0d%0aX: y.pdf", "a'b;c.pdf", "ä.pdf"]
)
def test_a_name_is_in_the_header_as_text_and_breaks_out_of_nothing(control: Control, name: str) -> None:
    attach(client_of(control.gateway, "codat"), "codat", content=PNG, name=name)
    (file,) = [item for item in control.files("?vendor=codat") if item["size"] == len(PNG)]

    answer = control.get(f"{control.home}/files/{file['sha256']}")

    assert_harmless(answer)
    plain, _, extended = answer.headers["content-disposition"].partition("; filename*=UTF-8''")
    assert (plain.isascii(), plain.isprintable(), plain.count('"')) == (True, True, 2)
    assert unquote(extended or plain.removeprefix('inline; filename="').removesuffix('"')) == file["name"]


def test_attachments_with_the_same_bytes_keep_their_own_names(control: Control) -> None:
    xero = client_of(control.gateway, "xero")
    for name in ("first.pdf", "second.pdf"):
        attach(xero, "xero", content=b"%PDF-1.7 same", name=name)
    files = [file for file in control.files("?vendor=xero") if file["size"] == 13]

    names = [
        control.get(f"{control.home}/files/{file['sha256']}?vendor=xero&id={file['id']}").headers["content-disposition"]
        for file in files
    ]

    assert names == ['inline; filename="first.pdf"', 'inline; filename="second.pdf"']
    assert problem(control.get(f"{control.home}/files/{files[0]['sha256']}?vendor=codat"))[0] == 404


def test_bodies_in_the_journal_are_as_harmless(control: Control) -> None:
    xero = client_of(control.gateway, "xero")
    xero.put("/Invoices/INV-0002/Attachments/a.pdf", b"<!doctype html>" + SCRIPT, content_type="text/html")
    (exchange,) = control.exchanges()

    sent = control.get(f"{control.home}/journal/{exchange['number']}/request")
    answered = control.get(f"{control.home}/journal/{exchange['number']}/response")

    assert_harmless(sent)
    assert_harmless(answered)
    assert (sent.headers["content-type"], answered.headers["content-type"]) == (TEXT, TEXT)
    assert answered.headers["content-disposition"] == f'inline; filename="response-{exchange["number"]}"'


def test_each_file_of_a_form_is_to_be_had_by_its_index(control: Control) -> None:
    upload(control, "<b>.svg", SVG, "image/svg+xml")
    (exchange,) = control.exchanges()
    assert [file["name"] for file in exchange["request"]["files"]] == ["<b>.svg"]

    answer = control.get(f"{control.home}/journal/{exchange['number']}/files/0")

    assert_harmless(answer)
    assert (answer.body, answer.headers["content-type"]) == (SVG, TEXT)
    for index in ("1", "-1", "x"):
        detail = "The request's form has 1 files, counted from 0."
        assert problem(control.get(f"{control.home}/journal/{exchange['number']}/files/{index}")) == (404, detail)


@pytest.mark.parametrize("vendor", VENDOR_NAMES)
def test_a_browser_that_is_led_to_a_vendors_file_runs_nothing_in_it(control: Control, vendor: str) -> None:
    client = client_of(control.gateway, vendor)
    attach(client, vendor, content=SCRIPT, name="a.csv")
    names = {
        "xero": f"/Invoices/{xero.INVOICE}/Attachments/a.csv",
        "codat": f"{codat.connection()}/data/invoices/inv-2/attachments",
        "dualentry": "/public/v2/invoices/1002/",
        "vrplatform": f"{FILES}/",
    }
    target = names[vendor]
    if vendor == "codat":
        ids = [item["id"] for item in client.get(target).json()["attachments"] if item["name"] == "a.csv"]
        target = f"{target}/{ids[0]}/download"
    elif vendor == "dualentry":
        target = client.get(target).json()["attachments"][-1]["download_url"].partition("/dualentry")[2]
    elif vendor == "vrplatform":
        target = f"{target}{control.files('?vendor=vrplatform')[-1]['id']}/download"

    tenant = SEED["xero"]["owner"]
    plain = client.get(target, xero_tenant_id=tenant)
    browsed = client.get(target, xero_tenant_id=tenant, sec_fetch_mode="navigate")

    assert (plain.status, plain.body, browsed.body) == (200, SCRIPT, SCRIPT)
    assert browsed.headers["content-security-policy"] == "sandbox"
    assert browsed.headers["x-content-type-options"] == "nosniff"
    # Of Xero's downloads all headers are known.
    assert plain.headers.get("x-content-type-options") == (None if vendor == "xero" else "nosniff")
