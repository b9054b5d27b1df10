"""What in a text is a secret, and values without it.

Repetitions in the patterns have bounds, so that no text keeps a server or a browser busy.
"""

from __future__ import annotations

import re
from typing import Any
from urllib.parse import urlsplit

_WORDS = "api[_-]?key|access[_-]?key|pass(?:word|wd|phrase)|pwd|secret(?!ar)|credential"

SECRET_KEY = rf"(?:{_WORDS})"
"""Pattern of what the name of a setting that is a secret has in it, in lower case."""

SECRET_IN_TABLE = (
    r"=\s{0,9}[\[{](?:[^\n]{0,2000}[{,])?"
    rf"\s{{0,9}}[\"']?[\w.-]{{0,60}}(?:{_WORDS})[\w-]{{0,60}}[\"']?\s{{0,9}}="
)
"""Pattern of such a name inside an inline table of TOML, in lower case."""

OPEN_ADDRESS = r"://(?!\[)(?:[^\s/@:]{1,200}:(?![0-9]{1,5}[/?#])|:)[^\s@]{0,500}@"
"""Pattern of an address that lets its reader in, such as ``redis://:password@host``. What is a port
and not a password is told by what follows: ``https://host:80/@name`` opens nothing."""

OPEN_QUERY = rf"[?&](?:[^=&#\s]{{0,200}}(?:{_WORDS}|token|key|signature)|sig)="
"""Pattern of the same in the query of an address, in lower case."""

_KEY = re.compile(
    rf"(?<![\w.-])([\w.-]{{0,100}}{SECRET_KEY}[\w-]{{0,60}})\s{{0,9}}(?:[=:]|$)", re.IGNORECASE
)
_IN_TABLE = re.compile(SECRET_IN_TABLE, re.IGNORECASE)
_PASSWORD = re.compile(f"{OPEN_ADDRESS}|{OPEN_QUERY}", re.IGNORECASE)
_URL_PASSWORD = re.compile(r"(?<=://)([^:/?#\s@]*)(:?)[^/?#\s]*@")
_QUERY_PASSWORD = re.compile(rf"({OPEN_QUERY})[^&#\s]*", re.IGNORECASE)


def has_password(text: str) -> bool:
    """Whether an address lets its reader in: one in a text, or the text itself, whatever it has."""
    return _PASSWORD.search(text) is not None or _opens(text)


def _opens(address: str) -> bool:
    """Whether a password stands in an address, by the rules of those who connect to it."""
    try:
        return bool(urlsplit(address).password)
    except ValueError:
        return False


def secret_in(assignment: str) -> str:
    """What in an assignment ``a.b=value`` is a secret, without the secret itself.

    Returns:
        Words such as ``'openai.api_key'``; empty without any.
    """
    for line in assignment.splitlines():  # a file of assignments that was pasted
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
    """JSON values in which no address holds a password: ``redis://:***@host``."""
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
