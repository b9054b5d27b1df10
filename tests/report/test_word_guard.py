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
