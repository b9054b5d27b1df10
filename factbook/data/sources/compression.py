"""Files compressed with gzip, unpacked within what may still be read."""

from __future__ import annotations

import zlib

from factbook.data.bounded import note_size
from factbook.data.cleaning import Notes
from factbook.data.sources.formats import GZIP_MAGIC
from factbook.files.sizes import megabytes

_GZIP = 16 + zlib.MAX_WBITS  # zlib's code for a gzip header, https://zlib.net/manual.html


def unpacked(content: bytes | None, shown: str, notes: Notes) -> bytes | None:
    """The content of a file, unpacked if it is compressed; its bytes count as read then.

    Args:
        content: The file's bytes; None when an error was noted.
        shown: Its name in messages.
        notes: Collects errors, and knows how much may be read.
    """
    if not content or not content.startswith(GZIP_MAGIC):
        return content
    parts: list[bytes] = []
    size = 0
    try:
        while content.startswith(GZIP_MAGIC):  # a file may be several, one after another
            packed = zlib.decompressobj(_GZIP)
            part = packed.decompress(content, max(notes.room.bytes_left - size, 0) + 1)
            size += len(part)
            if size > notes.room.bytes_left:
                note_size(f"the file unpacks to {megabytes(size)} or more", shown, notes)
                return None
            if not packed.eof:
                raise zlib.error("it is cut off")
            parts.append(part)
            content = packed.unused_data
    except zlib.error as error:
        notes.add(
            "error",
            "damaged-file",
            f"the file can't be unpacked: {error}",
            file=shown,
            remedy="Copy or download it again",
        )
        return None
    notes.room.bytes_read += size
    return b"".join(parts)


def first_bytes(head: bytes, most_bytes: int) -> bytes:
    """The beginning of a text, unpacked if it is compressed and can be."""
    if not head.startswith(GZIP_MAGIC):
        return head
    try:
        return zlib.decompressobj(_GZIP).decompress(head, most_bytes)
    except zlib.error:
        return b""  # whoever reads all of it says what is wrong
