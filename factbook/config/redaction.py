"""Secrets in texts: finding them, and removing them from values.

Repetitions in the patterns are bounded, so that no text keeps a server or a browser busy.
"""

from __future__ import annotations

import os
import re
from collections.abc import Iterator
from typing import Any
from urllib.parse import urlsplit

_WORDS = "api[_-]?key|access[_-]?key|pass(?:word|wd|phrase)|pwd|secret(?!ar)|credential"

SECRET_KEY = rf"(?:{_WORDS})"
"""Pattern of what is in the name of a secret setting, in lower case."""

SECRET_IN_TABLE = (
    r"=\s{0,9}[\[{](?:[^\n]{0,2000}[{,])?"
    rf"\s{{0,9}}[\"']?[\w.-]{{0,60}}(?:{_WORDS})[\w-]{{0,60}}[\"']?\s{{0,9}}="
)
"""Pattern of such a name inside an inline table of TOML, in lower case."""

OPEN_ADDRESS = r"://(?!\[)(?:[^\s/@:]{1,200}:(?![0-9]{1,5}[/?#])|:)[^\s@]{0,500}@"
"""Pattern of an address that gives its reader access, such as ``redis://:password@host``. What
follows distinguishes a port from a password: ``https://host:80/@name`` gives no access."""

OPEN_QUERY = rf"[?&](?:[^=&#\s]{{0,200}}(?:{_WORDS}|token|key|signature)|sig)="
"""Pattern of the same in the query of an address, in lower case."""

_KEY = re.compile(
    rf"(?<![\w.-])([\w.-]{{0,100}}{SECRET_KEY}[\w-]{{0,60}})\s{{0,9}}(?:[=:]|$)", re.IGNORECASE
)
_IN_TABLE = re.compile(SECRET_IN_TABLE, re.IGNORECASE)
_PASSWORD = re.compile(f"{OPEN_ADDRESS}|{OPEN_QUERY}", re.IGNORECASE)
_USER_AND_PASSWORD = re.compile(r"://([^:/?#\s@]*):([^/?#\s]*)@")
_URL_PASSWORD = re.compile(r"(?<=://)([^:/?#\s@]*)(:?)[^/?#\s]*@")
_QUERY_PASSWORD = re.compile(rf"({OPEN_QUERY})[^&#\s]*", re.IGNORECASE)

_OF_VARIABLE = re.compile(
    "password|passwd|passphrase|secret|credential|key|token|auth_string|connection_string",
    re.IGNORECASE,
)
_LEAST_SECRET = 6  # characters; anything shorter occurs in any word
_MOST_QUOTED = 300


def has_password(text: str) -> bool:
    """Whether a text contains an address with a password, or is one."""
    return _PASSWORD.search(text) is not None or _opens(text)


def _opens(address: str) -> bool:
    """Whether an address contains a password, by the rules of programs that connect to it."""
    try:
        return bool(urlsplit(address).password)
    except ValueError:
        return False


def secret_in(assignment: str) -> str:
    """A description of the secret in an assignment ``a.b=value``, without the secret itself.

    Returns:
        A description such as ``'openai.api_key'``; empty without a secret.
    """
    for line in assignment.splitlines():  # a pasted file of assignments
        key, _, value = line.partition("=")
        if name := _KEY.search(key):
            return f"'{name.group(1)}'"
        if name := _IN_TABLE.search(line):
            return f"a value of '{key.strip()}'"
        if has_password(line) or has_password(value.strip(" \"'")):
            is_key = not has_password(key)
            return f"the password in the address of '{key.strip()}'" if is_key else "a password"
    return ""


def without_secrets(value: Any) -> Any:
    """JSON values with passwords in addresses masked: ``redis://:***@host``."""
    if isinstance(value, dict):
        return {key: without_secrets(item) for key, item in value.items()}
    if isinstance(value, list):
        return [without_secrets(item) for item in value]
    if isinstance(value, str):
        return _QUERY_PASSWORD.sub(r"\1***", _URL_PASSWORD.sub(_starred, value))
    return value


def _starred(match: re.Match[str]) -> str:
    """The part of an address before its host; a name without a password may be a token."""
    name, colon = match.groups()
    return f"{name}:***@" if colon else "***@"


def quoted(said: object) -> str:
    """What another program has said, fit for a message: one line, shortened, without secrets.

    Servers and libraries repeat in their errors what they were given: the credentials of the
    environment are masked in whatever form they are written down there.

    Args:
        said: An error, or a text.
    """
    text = " ".join(str(without_secrets(str(said))).split())
    for secret in sorted(set(_secrets_of_environment()), key=len, reverse=True):
        text = text.replace(secret, "***")
    return text if len(text) <= _MOST_QUOTED else f"{text[: _MOST_QUOTED - 1]}…"


def _secrets_of_environment() -> Iterator[str]:
    """The values of variables whose names tell that they are secret, and passwords in addresses."""
    for name, value in os.environ.items():
        words = [value, value.partition(":")[2]] if _OF_VARIABLE.search(name) else []
        if "://" in value:
            words = [match[2] for match in _USER_AND_PASSWORD.finditer(value)]
        yield from (word for word in words if len(word) >= _LEAST_SECRET)
