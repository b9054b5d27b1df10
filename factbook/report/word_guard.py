"""The guard before a Word document is read: nothing hostile reaches the parser."""

from __future__ import annotations

import re
import zlib
from io import BytesIO
from zipfile import BadZipFile, ZipFile

MAX_BYTES = 200 * 10**6
"""Most bytes that a document may have unpacked."""

MAX_MARKUP_BYTES = 60 * 10**6
"""Most bytes of one part of its markup, which takes many times as much memory once it is read: a
report of 5,000 sections has 40 MB."""

MAX_PARTS = 10_000

_OLE_MAGIC = b"\xd0\xcf\x11\xe0"  # Word 97-2003, and every document with a password
_DECLARATION = re.compile(rb"<!(?i:DOCTYPE|ENTITY)")
_DOCUMENT = "word/document.xml"
_KINDS = {"xl/workbook.xml": "an Excel workbook", "content.xml": "an OpenDocument file"}
_DAMAGE = (BadZipFile, zlib.error, EOFError, NotImplementedError, OSError, RuntimeError)


def guarded_word(content: bytes) -> BytesIO:
    """A document that may be read.

    Args:
        content: The file's bytes.

    Raises:
        ValueError: It is no Word document, or none that is safe to read; says so.
    """
    if content.startswith(_OLE_MAGIC):
        raise ValueError("it has a password, or is in the format of Word 97-2003 (.doc)")
    try:
        with ZipFile(BytesIO(content)) as archive:
            _check(archive)
    except _DAMAGE as error:
        raise ValueError(f"it is no Word document, or is cut off ({error})") from None
    return BytesIO(content)


def _check(archive: ZipFile) -> None:
    members = archive.infolist()
    if len(members) > MAX_PARTS:
        raise ValueError(f"it has {len(members):,} parts, at most {MAX_PARTS:,} are allowed")
    size = sum(member.file_size for member in members)  # no more than that is ever unpacked
    if size > MAX_BYTES:
        raise ValueError(f"it has {size / 1e6:,.0f} MB unpacked, at most {MAX_BYTES / 1e6:,.0f}")
    names = {member.filename for member in members}
    if _DOCUMENT not in names:
        kind = next((kind for name, kind in _KINDS.items() if name in names), "no Word document")
        raise ValueError(f"it is {kind}")
    for member in members:
        if not member.filename.casefold().endswith((".xml", ".rels")):
            continue
        if member.file_size > MAX_MARKUP_BYTES:
            raise ValueError(
                f"{member.filename} has {member.file_size / 1e6:,.0f} MB unpacked, "
                f"at most {MAX_MARKUP_BYTES / 1e6:,.0f}"
            )
        markup = archive.read(member)
        if b"\x00" in markup or _DECLARATION.search(markup):
            raise ValueError(f"{member.filename} holds a DOCTYPE or ENTITY, or is no UTF-8")
