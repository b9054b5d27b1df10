"""The guard before a Word document is read: nothing hostile reaches the parser."""

from __future__ import annotations

import re
import zlib
from io import BytesIO
from xml.etree import ElementTree
from zipfile import BadZipFile, ZipFile, ZipInfo

from factbook.xlsx.guard import UTF_8, declared_encoding

MAX_BYTES = 200 * 10**6
"""Most bytes of an unpacked document."""

MAX_MARKUP_BYTES = 60 * 10**6
"""Most bytes of one part of its markup, which takes many times as much memory when read: a report
of 5,000 sections has 40 MB."""

MAX_NODES = 2_500_000
"""Most elements and attributes of all parts together, each of which takes up to 300 bytes when
read: that report has as many."""

MAX_PARTS = 10_000

_CONTENT_TYPES = "[Content_Types].xml"
_MAX_TYPES_BYTES = 2 * 10**6  # of the list of the parts' kinds
_MOST_SHOWN = 100  # letters of a name
_MARKUP = (".xml", ".rels")

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
    nodes = 0
    for member in members:
        if member.filename.casefold().endswith(_MARKUP):
            nodes += _checked_nodes(member, archive)
            if nodes > MAX_NODES:
                raise ValueError(
                    f"it has {nodes:,} or more elements and attributes; "
                    f"allowed: at most {MAX_NODES:,}"
                )
    if _CONTENT_TYPES in names:
        _check_kinds(archive.read(_CONTENT_TYPES))


def _checked_nodes(member: ZipInfo, archive: ZipFile) -> int:
    """The most elements and attributes that a part of markup can have."""
    name, size = member.filename, member.file_size
    most = _MAX_TYPES_BYTES if name == _CONTENT_TYPES else MAX_MARKUP_BYTES
    if size > most:
        raise ValueError(
            f"{name} unpacks to {size / 1e6:,.0f} MB; allowed: at most {most / 1e6:,.0f} MB"
        )
    markup = archive.read(member)
    # What begins with another byte may be in an encoding in which no bracket can be seen.
    is_seen = markup.removeprefix(b"\xef\xbb\xbf").lstrip().startswith(b"<")
    if (
        not is_seen
        or b"\x00" in markup
        or declared_encoding(markup) not in UTF_8
        or _DECLARATION.search(markup)
    ):
        raise ValueError(f"{name} contains a DOCTYPE or ENTITY, or is not UTF-8")
    return markup.count(b"<") - markup.count(b"</") + markup.count(b"=")


def _check_kinds(types: bytes) -> None:
    """Refuse markup under other names, which is parsed like any: kinds are listed in a part."""
    try:
        root = ElementTree.fromstring(types)  # noqa: S314 - without declarations, and small
    except ElementTree.ParseError:
        raise ValueError("it is a damaged Word document (its list of parts)") from None
    for element in root:
        kind = element.get("ContentType", "").strip().casefold()
        name = element.get("PartName") or f".{element.get('Extension', '')}"
        is_markup = kind.startswith("application/") and kind.endswith(("+xml", "/xml"))
        if is_markup and not name.casefold().endswith(_MARKUP):
            raise ValueError(f"its part {name[:_MOST_SHOWN]} is markup by another name than .xml")
