"""The guard before the workbook engine: nothing hostile is ever parsed.

An ``.xlsx`` file is a zip of XML parts. A few kilobytes of it can ask the engine for hundreds
of gigabytes (which aborts the process, past every ``except``). So each part is unpacked here under
a limit, checked once, and if necessary refused with a finding. What passes is packed again: the
engine sees exactly the checked bytes, whatever the directory of the zip claims.
"""

from __future__ import annotations

import io
import re
import struct
import zipfile
import zlib
from collections.abc import Iterator
from pathlib import Path
from typing import NoReturn

from factbook.files.inputs import read_input
from factbook.files.sizes import TooLargeError, megabytes
from factbook.xlsx.census import Census
from factbook.xlsx.workbook_limits import (
    MAX_DIRECTORY_BYTES,
    MAX_MEMBER_BYTES,
    MAX_MEMBERS,
    MAX_RATIO,
    MAX_TOTAL_BYTES,
    RATIO_FROM_BYTES,
    TRIM,
    refuse,
)

UTF_8 = ("utf-8", "utf8", "us-ascii", "ascii")
"""Encodings in which the markup of a part can be seen."""

_CHUNK_BYTES = 1 << 20
_ZIP_MAGIC = b"PK\x03\x04"
_OLE_MAGIC = b"\xd0\xcf\x11\xe0"  # Excel 97-2003, and every workbook with a password
_DIRECTORIES = {
    "xl/workbook.xml": "list of sheets",
    "xl/_rels/workbook.xml.rels": "list of sheets",
    "xl/styles.xml": "list of formats",
}
_METHODS = (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED)
_DECLARATION = re.compile(rb"<!(?i:DOCTYPE|ENTITY)")
_ENCODING = re.compile(rb"""^\s*<\?xml[^>]{0,200}?encoding\s*=\s*["']([\w.-]{1,40})["']""")
_DAMAGE = (
    zipfile.BadZipFile,
    zlib.error,
    struct.error,
    EOFError,
    NotImplementedError,
    OSError,
    OverflowError,
    RuntimeError,
    ValueError,
)


def guard_workbook(path: Path) -> None:
    """Check a workbook, and refuse what the engine must not receive.

    Raises:
        SheetError: The file can't be read, is not an ``.xlsx`` workbook, is damaged, or exceeds
            one of `factbook.xlsx.workbook_limits`.
    """
    guarded_workbook(path)


def guarded_workbook(path: Path, most_bytes: int = MAX_TOTAL_BYTES) -> bytes:
    """The workbook at `path`, packed again from the XML parts that passed the guard.

    Args:
        path: The workbook.
        most_bytes: What it may unpack to, if that is less than what any workbook may.

    Raises:
        SheetError: As `guard_workbook`.
        TooLargeError: It has more than `most_bytes`, packed or unpacked.
    """
    content = _read_file(path, most_bytes)
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            return _repack(_checked_parts(path, archive, most_bytes))
    except TooLargeError:
        raise
    except _DAMAGE as error:
        refuse(
            path,
            "damaged-file",
            f"the workbook is damaged or cut off ({error})",
            remedy="Copy or download the file again, or save it again in a spreadsheet program",
        )


def _read_file(path: Path, most_bytes: int) -> bytes:
    """The bytes of `path`, if it begins like a zip and is not too large."""
    try:
        content = read_input(path, min(most_bytes, MAX_TOTAL_BYTES))
    except TooLargeError as error:
        if error.size_bytes <= MAX_TOTAL_BYTES:
            raise
        refuse(
            path,
            "too-large",
            f"the file has {megabytes(error.size_bytes)}",
            allowed=f"at most {megabytes(MAX_TOTAL_BYTES)}",
            remedy=TRIM,
        )
    except (FileNotFoundError, NotADirectoryError):
        refuse(
            path,
            "no-file",
            "the prompt sheet does not exist",
            remedy="Correct prompt_sheet in project.toml, or put the workbook there",
        )
    except OSError as error:
        refuse(
            path,
            "unreadable-file",
            f"the workbook can't be read: {error.strerror or error}",
            remedy="Give the path of a workbook that you may read",
        )
    if not content.startswith(_ZIP_MAGIC):
        _refuse_other_file(path, content)
    return content


def _refuse_other_file(path: Path, content: bytes) -> NoReturn:
    found = "it does not begin like an .xlsx file"
    if not content:
        found = "it is empty"
    elif content.startswith(_OLE_MAGIC):
        found = "it has a password, or is in the format of Excel 97-2003 (.xls)"
    refuse(
        path,
        "no-workbook",
        f"the file is not an Excel workbook: {found}",
        allowed=".xlsx without a password",
        remedy="Save it as 'Excel Workbook (.xlsx)', without a password",
    )


def _checked_parts(path: Path, archive: zipfile.ZipFile, most_bytes: int) -> dict[str, bytes]:
    """The XML parts by name, each unpacked within the limits and checked."""
    members = archive.infolist()
    if len(members) > MAX_MEMBERS:
        refuse(
            path,
            "too-many-parts",
            f"the workbook has {len(members):,} parts",
            allowed=f"at most {MAX_MEMBERS:,}",
        )
    _check_kind(path, {member.filename.casefold() for member in members})
    if len({member.header_offset for member in members}) < len(members):
        refuse(path, "damaged-file", "two parts of the workbook have the same bytes of the file")
    census = Census(path)
    parts: dict[str, bytes] = {}
    folded: set[str] = set()
    for name, content in _unpacked(path, archive, members, most_bytes):
        if not name.casefold().endswith((".xml", ".rels")):
            continue
        if name.casefold() in folded:
            refuse(path, "damaged-file", f"the workbook has two parts named {name!r}")
        _check_markup(path, name, content)
        _check_directory(path, name, len(content))
        census.count(name, content)
        folded.add(name.casefold())
        parts[name] = content
    census.check_texts()
    return parts


def _check_kind(path: Path, names: set[str]) -> None:
    if "xl/workbook.xml" in names:
        return
    found = "it has no part xl/workbook.xml"
    if "xl/workbook.bin" in names:
        found = "it is a binary workbook (.xlsb)"
    elif "content.xml" in names:
        found = "it is an OpenDocument file"
    elif "word/document.xml" in names:
        found = "it is a Word document"
    refuse(
        path,
        "no-workbook",
        f"the file is not an Excel workbook: {found}",
        allowed=".xlsx",
        remedy="Save it as 'Excel Workbook (.xlsx)'",
    )


def _unpacked(
    path: Path, archive: zipfile.ZipFile, members: list[zipfile.ZipInfo], most_bytes: int
) -> Iterator[tuple[str, bytes]]:
    """Name and content of each part, while their total stays within the limit."""
    total = 0
    for member in members:
        content = _unpack(path, archive, member)
        total += len(content)
        if most_bytes < total <= MAX_TOTAL_BYTES:
            raise TooLargeError(total, most_bytes)
        if total > MAX_TOTAL_BYTES:
            refuse(
                path,
                "too-large",
                f"the workbook unpacks to {megabytes(total)} or more",
                allowed=f"at most {megabytes(MAX_TOTAL_BYTES)} in all",
                remedy=TRIM,
            )
        yield member.filename, content


def _unpack(path: Path, archive: zipfile.ZipFile, member: zipfile.ZipInfo) -> bytes:
    """The bytes of a part. Its directory entry is checked first, but never trusted."""
    if member.flag_bits & 0x1:
        refuse(
            path,
            "encrypted",
            f"part {member.filename!r} is encrypted",
            remedy="Save the workbook without a password",
        )
    if member.compress_type not in _METHODS:
        refuse(path, "damaged-file", f"part {member.filename!r} has an unknown compression")
    _check_size(path, member, member.file_size)
    chunks: list[bytes] = []
    size = 0
    with archive.open(member) as stream:
        while chunk := stream.read(_CHUNK_BYTES):
            size += len(chunk)
            _check_size(path, member, size)
            chunks.append(chunk)
    return b"".join(chunks)


def _check_size(path: Path, member: zipfile.ZipInfo, size: int) -> None:
    ratio = size / max(member.compress_size, 1)
    if size > RATIO_FROM_BYTES and ratio > MAX_RATIO:
        refuse(
            path,
            "zip-bomb",
            f"part {member.filename!r} unpacks to {ratio:,.0f} times its size or more, "
            "as a zip bomb does",
            allowed=f"at most {MAX_RATIO} times, above {megabytes(RATIO_FROM_BYTES)}",
            remedy=TRIM,
        )
    if size > MAX_MEMBER_BYTES:
        refuse(
            path,
            "too-large",
            f"part {member.filename!r} unpacks to {megabytes(size)} or more",
            allowed=f"at most {megabytes(MAX_MEMBER_BYTES)} a part",
            remedy=TRIM,
        )


def _check_directory(path: Path, name: str, size: int) -> None:
    """Refuse large lists that this process reads as XML: in memory they grow many times."""
    kind = _DIRECTORIES.get(name.casefold())
    if kind is not None and size > MAX_DIRECTORY_BYTES:
        refuse(
            path,
            "too-large",
            f"part {name!r} has {megabytes(size)}",
            allowed=f"at most {megabytes(MAX_DIRECTORY_BYTES)} for a {kind}",
        )


def _check_markup(path: Path, name: str, content: bytes) -> None:
    """Refuse document type declarations, and encodings in which one could hide."""
    has_nulls = b"\x00" in content
    if _DECLARATION.search(content.replace(b"\x00", b"") if has_nulls else content):
        refuse(
            path,
            "doctype",
            f"part {name!r} contains a DOCTYPE or ENTITY declaration, which could read other files",
            allowed="XML without such declarations",
        )
    encoding = declared_encoding(content)
    if has_nulls or encoding not in UTF_8:
        found = "UTF-16 or binary" if has_nulls else encoding
        refuse(path, "encoding", f"part {name!r} is encoded as {found}", allowed="UTF-8")


def declared_encoding(content: bytes) -> str:
    """The encoding that a part of XML says it has, in lower case."""
    declared = _ENCODING.match(content.removeprefix(b"\xef\xbb\xbf")[:300])
    return declared.group(1).decode("ascii", "replace").casefold() if declared else "utf-8"


def _repack(parts: dict[str, bytes]) -> bytes:
    """A stored zip of the parts."""
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_STORED) as archive:
        for name, content in parts.items():
            archive.writestr(zipfile.ZipInfo(name), content)
    return packed.getvalue()
