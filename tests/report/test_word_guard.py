"""The guard before a Word document is read."""

from __future__ import annotations

import io
from zipfile import ZIP_DEFLATED, ZipFile

import pytest

from factbook.report import word_guard
from factbook.report.blocks import Document
from factbook.report.word import to_word
from factbook.report.word_returned import read_word

WORD = to_word(Document(title="A report", blocks=()))


def packed(**parts: bytes) -> bytes:
    """A zip of parts; ``word_a`` is ``word/a.xml``."""
    content = io.BytesIO()
    with ZipFile(content, "w", ZIP_DEFLATED) as archive:
        for name, part in parts.items():
            archive.writestr(f"{name.replace('_', '/')}.xml", part)
    return content.getvalue()


def changed(part: str, old: bytes, new: bytes) -> bytes:
    """The report with one of its parts changed."""
    content = io.BytesIO()
    with ZipFile(io.BytesIO(WORD)) as before, ZipFile(content, "w", ZIP_DEFLATED) as after:
        for name in before.namelist():
            body = before.read(name)
            after.writestr(name, body.replace(old, new) if name == part else body)
    return content.getvalue()


def with_body(inner: bytes) -> bytes:
    """The report with further markup in its body."""
    return changed("word/document.xml", b"</w:body>", inner + b"</w:body>")


def renamed(name: str, kind: str, body: bytes) -> bytes:
    """The report with a further part of a kind."""
    override = f'<Override PartName="/{name}" ContentType="{kind}"/></Types>'.encode()
    content = io.BytesIO(changed("[Content_Types].xml", b"</Types>", override))
    with ZipFile(content, "a", ZIP_DEFLATED) as archive:
        archive.writestr(name, body)
    return content.getvalue()


DOCUMENT_KIND = "application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml"


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (
            with_body(b"<a/>" * word_guard.MAX_NODES),
            "elements and attributes; allowed: at most 2,5",
        ),
        (with_body(b"<a b='' c='' d='' e=''/>" * 500_001), "elements and attributes"),
        (renamed("word/document.dat", DOCUMENT_KIND, b"<a/>"), "markup by another name than .xml"),
        (renamed("word/a.dat", " Application/XML", b"<a/>"), "markup by another name than .xml"),
        (with_body(b"<w:p/>" * 300_001), "more than 300,000 paragraphs and tables"),
        pytest.param(
            with_body(b"<w:p>" + b"<w:r><w:t>x</w:t></w:r>" * 700_001 + b"</w:p>"),
            "700,000 runs",
            marks=pytest.mark.slow,
        ),
    ],
    ids=["elements", "attributes", "name", "kind in capitals", "paragraphs", "runs"],
)
def test_small_file_with_much_in_it_is_refused(content: bytes, said: str) -> None:
    """Some kilobytes can be gigabytes of elements."""
    assert len(content) < 300_000
    with pytest.raises(ValueError, match=said):
        read_word(content)


@pytest.mark.parametrize(
    ("old", "new"),
    [
        (b"encoding='UTF-8'", b"encoding='UTF-7'"),
        (b"<?xml", "<?xml".encode("cp037")),
        (b"<?xml", b"x<?xml"),
    ],
)
def test_markup_that_cannot_be_seen_is_refused(old: bytes, new: bytes) -> None:
    """In other encodings neither its elements nor its declarations could be found."""
    with ZipFile(io.BytesIO(WORD)) as archive:
        assert old in archive.read("word/document.xml")
    with pytest.raises(ValueError, match="is not UTF-8"):
        read_word(changed("word/document.xml", old, new))


def test_pictures_of_other_kinds_are_no_markup() -> None:
    """An editor may paste one that is text, such as SVG."""
    assert read_word(renamed("word/media/a.svg", "image/svg+xml", b"<svg/>"))


def test_report_passes() -> None:
    """What Factbook writes can be read."""
    assert read_word(WORD)


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"", "it is not a Word document"),
        (b"PK", "it is not a Word document"),
        (WORD[: len(WORD) // 2], "it is not a Word document, or it is cut off"),
        (b"\xd0\xcf\x11\xe0old", "it has a password, or is in the format of Word 97-2003"),
        (packed(a=b"a"), "it is not a Word document"),
        (packed(xl_workbook=b"a"), "it is an Excel workbook"),
        (packed(content=b"a"), "it is an OpenDocument file"),
        (packed(word_document=b"<a/>"), "it is a damaged Word document"),
        (changed("word/document.xml", b"</w:body>", b""), "it is a damaged Word document"),
        (changed("word/document.xml", b"<w:document", b"<!DOCTYPE a><w:document"), "a DOCTYPE"),
        (changed("word/styles.xml", b"<w:styles", b"<!ENTITY a 'a'><w:styles"), "ENTITY"),
    ],
)
def test_other_file_is_refused(content: bytes, said: str) -> None:
    """With a sentence that says what it is."""
    with pytest.raises(ValueError, match=said):
        read_word(content)


@pytest.mark.parametrize(
    "part",
    ["[Content_Types].xml", "_rels/.rels", "word/document.xml", "word/_rels/document.xml.rels"],
)
def test_part_that_is_another_kind_of_xml_is_damage(part: str) -> None:
    """The library for Word documents takes it for what it should be."""
    content = io.BytesIO()
    with ZipFile(io.BytesIO(WORD)) as before, ZipFile(content, "w", ZIP_DEFLATED) as after:
        for name in before.namelist():
            after.writestr(name, b"<a/>" if name == part else before.read(name))
    with pytest.raises(ValueError, match="it is a damaged Word document"):
        read_word(content.getvalue())


def test_document_that_unpacks_to_too_much_is_refused() -> None:
    """Before anything of it is unpacked; markup sooner than pictures."""
    half = bytes(word_guard.MAX_BYTES // 2 + 1)
    with pytest.raises(ValueError, match="MB; allowed: at most 200 MB"):
        read_word(packed(word_document=b"<a/>", a=half, b=half))
    with pytest.raises(ValueError, match=r"word/document\.xml unpacks to 60 MB; allowed: "):
        read_word(packed(word_document=bytes(word_guard.MAX_MARKUP_BYTES + 1)))


def test_document_of_too_many_parts_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    """Each of them takes memory."""
    monkeypatch.setattr(word_guard, "MAX_PARTS", 2)
    with pytest.raises(ValueError, match="it has 3 parts; allowed: at most 2"):
        read_word(packed(word_document=b"<a/>", a=b"", b=b""))
