"""A record of the call store: the content of its file, and the check that it is sound."""

from __future__ import annotations

import errno
import hashlib
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import orjson
from pydantic import Field, ValidationError

from factbook.files.regular_files import read_regular
from factbook.llm.chat import ChatAnswer, Model

SCHEMA_VERSION = 1

_MOST_BYTES = 16_000_000
"""An answer has some thousand tokens, of a search some sources as well."""

_OF_THE_RECORD = (errno.EACCES, errno.EPERM, errno.EISDIR, errno.EIO, errno.ELOOP, errno.EFBIG)
"""Read errors of the record itself; others, such as too many open files, are not."""


class StoredCall(Model):
    """A record of the store, without its file's checksum.

    Attributes:
        version: Version of this schema.
        key: SHA-256 of everything that determines the answer.
        provider: Name of the provider.
        model: Name of the model that was asked.
        is_search: Whether the model could search the internet.
        max_tokens: Bound on the completion's tokens.
        time: When it was stored.
        answer: The accepted completion.
    """

    version: int = SCHEMA_VERSION
    key: str
    provider: str
    model: str
    is_search: bool
    max_tokens: int
    time: datetime = Field(default_factory=lambda: datetime.now(UTC))
    answer: ChatAnswer

    def sealed(self) -> bytes:
        """The content of the record's file, with a checksum that `load` verifies."""
        body = self.model_dump(mode="json")
        return orjson.dumps({**body, "checksum": _checksum(body)})


class BadRecordError(ValueError):
    """A file that is damaged, unreadable, or not the record of its key; the message says why."""


class NewerRecordError(ValueError):
    """A record that a later version of Factbook has written."""


def load(path: Path, *, key: str | None = None) -> StoredCall:
    """Read and check a record.

    Args:
        path: Its file.
        key: The expected key; None for the one in the file's name.

    Raises:
        FileNotFoundError: There is no such file.
        BadRecordError: It is damaged, of another key, or cannot be read.
        NewerRecordError: A later version of Factbook has written it.
        OSError: No file can be read at the moment.
    """
    try:
        body = orjson.loads(read_regular(path, _MOST_BYTES))
    except orjson.JSONDecodeError:
        raise BadRecordError(f"{path} is damaged: it is not JSON") from None
    except OSError as error:
        if error.errno not in _OF_THE_RECORD:
            raise
        raise BadRecordError(f"{path} cannot be read: {error.strerror}") from None
    if not isinstance(body, dict) or not isinstance(body.get("version"), int):
        raise BadRecordError(f"{path} is damaged: it is not the record of a call")
    if body["version"] > SCHEMA_VERSION:
        raise NewerRecordError(
            f"{path} was written by a later version of Factbook (schema {body['version']}; "
            f"this one reads {SCHEMA_VERSION})"
        )
    return _checked(path, body, key or path.stem)


def _checked(path: Path, body: dict[str, Any], key: str) -> StoredCall:
    checksum = body.pop("checksum", None)
    try:
        is_sound = checksum == _checksum(body)
    except TypeError:  # it is nested more deeply than can be written
        is_sound = False
    if not is_sound:
        raise BadRecordError(f"{path} is damaged: its checksum does not match")
    if body.get("key") != key:
        raise BadRecordError(f"{path} holds the answer to another call, {body.get('key')}")
    try:
        # Records and answers of this version may have gained fields: the known ones are enough.
        return StoredCall.model_validate(body, extra="ignore")
    except ValidationError:
        raise BadRecordError(f"{path} is damaged: it is not the record of a call") from None


def _checksum(body: dict[str, Any]) -> str:
    return hashlib.sha256(orjson.dumps(body, option=orjson.OPT_SORT_KEYS)).hexdigest()
