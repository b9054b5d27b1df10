"""The guard before a Word document is read: nothing hostile reaches the parser."""

from __future__ import annotations

import re
import zlib
from io import BytesIO
from zipfile import BadZipFile, ZipFile

MAX_BYTES = 200 * 10**6
"""Most bytes of an unpacked document."""

MAX_MARKUP_BYTES = 60 * 10**6
"""Most bytes of one part of its markup, which takes many times as much memory when read: a report
of 5,000 sections has 40 MB."""

MAX_PARTS = 10_000

_OLE_MAGIC = b"\xd0\xcf\x11\xe0"  # Word 97-2003, and every document with a password
_DECLARATION = re.compile(rb"<!(?i:DOCTYPE|ENTITY)")
_DOCUMENT = "word/document.xml"
_KINDS = {"xl/workbook.xml": "an Excel workbook", "content.xml": "an OpenDocument file"}
_DAMAGE = (BadZipFile, zlib.error, EOFError, NotImplementedError, OSError, RuntimeError)


def guarded_word(content: bytes) -> BytesIO:
    """A document that is safe to read.

    Args:
        content: The file's bytes.

    Raises:
        ValueError: It is not a Word document, or not safe to read; the message says why.
    """
    if content.startswith(_OLE_MAGIC):
        raise ValueError("it has a password, or is in the format of Word 97-2003 (.doc)")
    try:
        with ZipFile(BytesIO(content)) as archive:
            _check(archive)
    except _DAMAGE as error:
        raise ValueError(f"it is not a Word document, or it is cut off ({error})") from None
    return BytesIO(content)


def _check(archive: ZipFile) -> None:
    members = archive.infolist()
    if len(members) > MAX_PARTS:
        raise ValueError(f"it has {len(members):,} parts; allowed: at most {MAX_PARTS:,}")
    size = sum(member.file_size for member in members)  # no more than that is ever unpacked
    if size > MAX_BYTES:
        limit = f"at most {MAX_BYTES / 1e6:,.0f} MB"
        raise ValueError(f"it unpacks to {size / 1e6:,.0f} MB; allowed: {limit}")
    names = {member.filename for member in members}
    if _DOCUMENT not in names:
        kind = next((kind for name, kind in _KINDS.items() if name in names), "not a Word document")
        raise ValueError(f"it is {kind}")
    for member in members:
        if not member.filename.casefold().endswith((".xml", ".rels")):
            continue
        if member.file_size > MAX_MARKUP_BYTES:
            raise ValueError(
                f"{member.filename} unpacks to {member.file_size / 1e6:,.0f} MB; "
                f"allowed: at most {MAX_MARKUP_BYTES / 1e6:,.0f} MB"
            )
        markup = archive.read(member)
        if b"\x00" in markup or _DECLARATION.search(markup):
            raise ValueError(f"{member.filename} contains a DOCTYPE or ENTITY, or is not UTF-8")
