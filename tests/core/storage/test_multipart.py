from collections.abc import Iterable
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from emulator.core.storage.file_store import FileStore, StoreFull
from emulator.core.storage.multipart import MAX_PREAMBLE_BYTES, BadMultipart, FormReader, Part, names_of

TYPE = "multipart/form-data; boundary=frontier"
FILE = bytes(range(256)) * 700 + b"\r\n--fronti\r\n--frontie" * 3
FORM = (
    b'--frontier\r\nContent-Type: application/json\r\nContent-Disposition: form-data; name="meta"\r\n\r\n{"a": 1}\r\n'
    b'--frontier\r\nContent-Disposition: form-data; name="x"; filename="caf\xc3\xa9.pdf"\r\n'
    b"Content-Type: Application/PDF; a=b\r\nX-Own: kept\r\n\r\n"
    + FILE
    + b'\r\n--frontier\r\nContent-Disposition: form-data; name="after"\r\n\r\ntext\r\n--frontier--\r\n'
)


def nothing(part: Part, size: int) -> None:
    pass


def read(pieces: Iterable[bytes], store: FileStore | None = None, content_type: str = TYPE) -> list[Part]:
    with FormReader(FileStore(10**9) if store is None else store, content_type, nothing) as reader:
        for piece in pieces:
            reader.write(piece)
        return reader.finish()


def test_a_form_gives_its_fields_and_files_with_their_headers() -> None:
    meta, file, after = read([FORM])

    assert (meta.name, meta.file_name, meta.value, meta.content_type) == ("meta", None, b'{"a": 1}', "application/json")
    assert (file.name, file.file_name, file.content_type) == ("x", "café.pdf", "application/pdf")
    assert file.headers["x-own"] == "kept"
    assert file.blob
    assert b"".join(file.blob.chunks) == FILE
    assert (after.name, after.value) == ("after", b"text")


@given(st.lists(st.integers(1, len(FORM) - 1), max_size=12))
def test_any_chunking_gives_the_same_parts(cuts: list[int]) -> None:
    edges = [0, *sorted(cuts), len(FORM)]

    parts = read(FORM[start:end] for start, end in pairwise(edges))

    assert [part.value for part in parts] == [b'{"a": 1}', b"", b"text"]
    blob = parts[1].blob
    assert blob
    assert b"".join(blob.chunks) == FILE


def test_byte_by_byte_is_a_chunking_too() -> None:
    assert len(read(FORM[at : at + 1] for at in range(len(FORM)))) == 3


@given(st.binary(max_size=300))
def test_any_bytes_survive_as_a_file(data: bytes) -> None:
    body = b'--frontier\r\nContent-Disposition: form-data; filename="a"\r\n\r\n' + data + b"\r\n--frontier--"

    blob = read([body])[0].blob if b"\r\n--frontier" not in data else None

    assert blob is None or b"".join(blob.chunks) == data


def one(disposition: bytes, more: bytes = b"", data: bytes = b"x") -> bytes:
    return b"--frontier\r\nContent-Disposition: " + disposition + b"\r\n" + more + b"\r\n" + data + b"\r\n--frontier--"


@pytest.mark.parametrize(
    ("body", "why"),
    [
        (b"", "ends before its closing boundary"),
        (FORM[: len(FORM) // 2], "ends before its closing boundary"),
        (FORM.removesuffix(b"--frontier--\r\n"), "ends before its closing boundary"),
        (FORM.replace(b"--frontier--", b"--frontier-"), "ends before its closing boundary"),
        (b"--other\r\n\r\n--other--", "ends before its closing boundary"),
        (b"just text", "ends before its closing boundary"),
        (b"text" * 20_000, "does not appear"),
        (b"\r\n" * 1000, "ends before its closing boundary"),
        (one(b"form-data", b"X: " + b"y" * 70_000 + b"\r\n"), "malformed"),
        (one(b"form-data", b"".join(b"X-%d: %s\r\n" % (n, b"y" * 9000) for n in range(9))), "more than 65536 bytes"),
        (one(b"form-data", b"content-disposition: form-data; name=x\r\n"), "says content-disposition twice"),
        (one(b"form-data", b"".join(b"X-%d: y\r\n" % number for number in range(60))), "malformed"),
        (one(b"form-data", b"no colon\r\n"), "malformed"),
        (b"".join(b"--frontier\r\nA: b\r\n\r\nx\r\n" for _ in range(5000)) + b"--frontier--", "more than 100 parts"),
        (one(b'form-data; name="a"', b"", bytes(1024 * 1024 + 1)), "fields hold more than 1048576 bytes"),
        (FORM.replace(b"\r\n", b"\n"), "malformed"),
    ],
    ids=range(16),
)
def test_a_hostile_body_is_refused_and_leaves_nothing(body: bytes, why: str) -> None:
    store = FileStore(10**9)

    with pytest.raises(BadMultipart, match=why):
        read([body], store)

    assert (len(store), store.used_bytes) == (0, 0)


@pytest.mark.parametrize(
    ("content_type", "why"),
    [
        ("", "not multipart/form-data"),
        ("application/octet-stream", "not multipart/form-data"),
        ("multipart/mixed; boundary=a", "not multipart/form-data"),
        ("multipart/form-data", "names no boundary"),
        ("multipart/form-data; boundary=", "names no boundary"),
        (f"multipart/form-data; boundary={'b' * 300}", "boundary cannot be used"),
    ],
)
def test_a_content_type_that_is_no_forms_is_refused(content_type: str, why: str) -> None:
    with pytest.raises(BadMultipart, match=why):
        read([], content_type=content_type)


def test_what_precedes_the_first_boundary_does_not_count() -> None:
    for preamble in (b"This is a multipart message.\r\n", b"\r\n", b"--front\r\n"):
        assert len(read([preamble[:3], preamble[3:] + FORM[:5], FORM[5:]])) == 3


FOLDED = (
    b'--frontier\r\nContent-Disposition: form-data;\r\n name="x";\r\n\t filename="a b.pdf"\r\n'
    b"Content-Type: application/pdf\r\nX-Empty:\r\n \r\n\r\nfile\r\n--frontier--\r\n"
)


@given(st.lists(st.integers(1, len(FOLDED) - 1), max_size=12))
def test_a_header_may_go_on_in_the_next_line(cuts: list[int]) -> None:
    edges = [0, *sorted(cuts), len(FOLDED)]

    (part,) = read(FOLDED[start:end] for start, end in pairwise(edges))

    assert (part.name, part.file_name, part.content_type) == ("x", "a b.pdf", "application/pdf")
    assert part.headers["x-empty"] == ""
    assert part.blob
    assert part.blob.size == 4


@pytest.mark.parametrize(
    "head",
    [
        b" Content-Disposition: form-data\r\n\r\n",
        b"Content-Disposition: form-data\r\nX y: 1\r\n\r\n",
        b"X:" + b"\r\n " * 101 + b"\r\n\r\n",
    ],
)
def test_what_continues_no_header_is_refused(head: bytes) -> None:
    for size in (1, len(head)):
        form = b"--frontier\r\n" + head + b"text\r\n--frontier--\r\n"
        with pytest.raises(BadMultipart):
            read(form[at : at + size] for at in range(0, len(form), size))


@pytest.mark.parametrize("size", [1, 1000, 200_000])
def test_how_long_a_preamble_may_be_does_not_depend_on_how_it_was_cut(size: int) -> None:
    longest = MAX_PREAMBLE_BYTES - len(b"\r\n")

    for preamble in (longest, longest + 1, longest + 100):
        body = b"x" * preamble + b"\r\n" + FORM
        pieces = [body[at : at + size] for at in range(0, len(body), size)]
        if preamble == longest:
            assert len(read(pieces)) == 3
        else:
            with pytest.raises(BadMultipart, match="its boundary does not appear in its first 65536 bytes"):
                read(pieces)


def test_what_follows_the_closing_boundary_does_not_count() -> None:
    assert len(read([FORM, b"--frontier\r\nepilogue" * 100])) == 3


def test_a_watch_sees_each_file_grow_and_can_stop_it() -> None:
    store = FileStore(10**9)
    seen: list[tuple[str | None, int]] = []

    def watch(part: Part, size: int) -> None:
        seen.append((part.file_name, size))
        if size > 1000:
            raise OverflowError

    with pytest.raises(OverflowError), FormReader(store, TYPE, watch) as reader:
        for at in range(0, len(FORM), 500):
            reader.write(FORM[at : at + 500])

    assert seen[0] == ("café.pdf", 0)
    assert [size for _, size in seen] == sorted(size for _, size in seen)
    assert store.used_bytes == 0


def test_a_full_store_ends_the_form() -> None:
    store = FileStore(1000)

    with pytest.raises(StoreFull):
        read([FORM], store)

    assert store.used_bytes == 0


@pytest.mark.parametrize(
    ("disposition", "name", "file_name"),
    [
        ('form-data; name="a"; filename="b.pdf"', "a", "b.pdf"),
        ("form-data; name=a; filename=b.pdf", "a", "b.pdf"),
        ('form-data; filename="b.pdf"', "", "b.pdf"),
        ('form-data; name="a"', "a", None),
        ('form-data; name="a"; filename=""', "a", None),
        ("", "", None),
        ('form-data; NAME="a"; FileName="b"', "a", "b"),
        (r'form-data; filename="say \"hi\".pdf"', "", 'say "hi".pdf'),
        ('form-data; filename="say %22hi%22%0A.pdf"', "", 'say "hi".pdf'),
        ('form-data; filename="100%.pdf"', "", "100%.pdf"),
        ('form-data; filename="a;b=c.pdf"; name="n"', "n", "a;b=c.pdf"),
        (r'form-data; filename="C:\temp\b.pdf"', "", "b.pdf"),
        ('form-data; filename="../../etc/passwd"', "", "passwd"),
        ("form-data; filename*=utf-8''caf%C3%A9%20b.pdf", "", "café b.pdf"),
        ("form-data; filename=\"x.pdf\"; filename*=UTF-8''%e2%82%ac.pdf", "", "€.pdf"),
        ("form-data; filename*=iso-8859-1'en'%A3.pdf", "", "£.pdf"),
        ("form-data; filename*=utf-8''%ff.pdf", "", "ÿ.pdf"),
        ("form-data; filename*=utf-7''a.pdf; filename=b.pdf", "", "b.pdf"),
        ('form-data; filename="a.pdf', "", "a.pdf"),
        ('form-data; filename="dir/"', "", None),
        ('form-data; filename=".."', "", None),
        ('form-data; filename="a\x00\x1b\x7f.pdf"', "", "a.pdf"),
        ("form-data; filename*=nonsense; filename=b.pdf", "", "b.pdf"),
    ],
)
def test_names_are_read_in_every_form_that_clients_write(disposition: str, name: str, file_name: str | None) -> None:
    assert names_of(disposition) == (name, file_name)


def test_headers_may_be_latin_1() -> None:
    assert read([one(b'form-data; filename="caf\xe9.pdf"')])[0].file_name == "café.pdf"
