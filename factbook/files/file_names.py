"""File names made from ids in inputs."""

from __future__ import annotations

import hashlib
from urllib.parse import quote

MOST_FILE_NAME_LETTERS = 150


_SAFE_IN_FILE_NAMES = "@#.-_ ()&+,"


def file_name(text: str) -> str:
    """An id as a file name: unsafe characters are percent-encoded, and the length is bounded.

    Args:
        text: The id of a section or chapter.
    """
    name = quote(text, safe=_SAFE_IN_FILE_NAMES, errors="surrogatepass")
    if not name or name.startswith("."):  # neither hidden nor a parent folder
        name = f"%2E{name[1:]}"
    if len(name) > MOST_FILE_NAME_LETTERS:
        whole = hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()
        name = f"{name[:120]}-{whole[:16]}"
    return name
