"""Files compressed with gzip, unpacked within what may still be read."""

from __future__ import annotations

import zlib
from collections.abc import Iterator

from factbook.data.cleaning import Notes
from factbook.data.grids.bounded import note_size
from factbook.data.sources.formats import GZIP_MAGIC
from factbook.files.sizes import megabytes

_CHUNK_BYTES = 1 << 16
_MOST_MEMBERS = 100_000
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
        for part in _parts(content, notes.room.bytes_left + 1):
            parts.append(part)
            size += len(part)
            if size > notes.room.bytes_left:
                note_size(f"the file unpacks to {megabytes(size)} or more", shown, notes)
                return None
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


def _parts(content: bytes, most_bytes: int) -> Iterator[bytes]:
    """What a file unpacks to, in parts of at most `most_bytes`.

    A file may be several compressed ones, one after another, each of which costs a copy of a chunk.

    Raises:
        zlib.error: It is damaged, cut off, or followed by something else.
    """
    view = memoryview(content)
    at = members = 0
    while at < len(view):
        members += 1
        if members > _MOST_MEMBERS:
            raise zlib.error(f"it is made of more than {_MOST_MEMBERS:,} files")
        packed = zlib.decompressobj(_GZIP)
        while not packed.eof:
            chunk = packed.unconsumed_tail or view[at : at + _CHUNK_BYTES]
            if not chunk:
                raise zlib.error("it is cut off")
            at += 0 if packed.unconsumed_tail else len(chunk)
            yield packed.decompress(chunk, max(most_bytes, 1))
        at -= len(packed.unused_data)


def first_bytes(head: bytes, most_bytes: int) -> bytes:
    """The beginning of a text, unpacked if it is compressed and can be."""
    if not head.startswith(GZIP_MAGIC):
        return head
    try:
        return zlib.decompressobj(_GZIP).decompress(head, most_bytes)
    except zlib.error:
        return b""  # whoever reads all of it says what is wrong
