"""What is parsed of TOML before its keys are looked at: nothing in it is out of all proportion.

`tomllib` takes any input, but some take it beyond its means: brackets within brackets more than
Python's stack, a key of thousands of parts minutes, an integer of thousands of digits an error that
is not one of TOML. And what it reads may be more than a file name, a digest or a message can hold.
"""

from __future__ import annotations

import re
import tomllib
from typing import Any

MOST_DEEP = 32
"""Most tables and lists within one another, and most parts of a dotted key."""

_TOKEN = re.compile(
    r"""(?P<part>[\w-]++|"(?:[^"\\\n]|\\.)*+"?|'[^'\n]*+'?)|(?P<point>\.)|(?P<blank>[ \t]++)|.""",
    re.ASCII | re.DOTALL,
)
"""A part of a key, closed or not, a point, blanks, or any other character: each is read once."""
_TOO_DEEP = f"tables or lists are more than {MOST_DEEP} deep within one another"
_TOO_LONG = "a whole number has more than 64 bits"
_INTEGERS = range(-(2**63), 2**63)


def parse_toml(text: str) -> dict[str, Any]:
    """The values in a TOML text.

    Raises:
        ValueError: It is not TOML, or holds what no setting needs; the message says where or what.
    """
    long_key = _long_key(text)
    if long_key is not None:
        line = text.count("\n", 0, long_key) + 1
        raise ValueError(f"a key has more than {MOST_DEEP} parts (at line {line})")
    try:
        values = tomllib.loads(text)
    except tomllib.TOMLDecodeError:
        raise
    except RecursionError:
        raise ValueError(_TOO_DEEP) from None
    except ValueError:  # of `int`, which takes no more than 4,300 digits
        raise ValueError(_TOO_LONG) from None
    _check(values)
    return values


def _long_key(text: str) -> int | None:
    """Where the first part stands that is one too many of a dotted key; None without one."""
    parts, is_open = 0, False
    for token in _TOKEN.finditer(text):
        kind = token.lastgroup
        if kind == "part":
            parts = parts + 1 if is_open else 1
            if parts > MOST_DEEP:
                return token.start()
        if kind != "blank":
            is_open = kind == "point" and parts > 0
            parts = parts if kind else 0
    return None


def _check(values: dict[str, Any]) -> None:
    """Refuse values that are nested too deeply, and texts and integers that nothing can hold."""
    waiting: list[tuple[object, int]] = [(values, 0)]
    while waiting:
        value, depth = waiting.pop()
        if depth > MOST_DEEP:
            raise ValueError(_TOO_DEEP)
        if isinstance(value, dict):
            waiting += ((item, depth + 1) for pair in value.items() for item in pair)
        elif isinstance(value, list):
            waiting += ((item, depth + 1) for item in value)
        elif isinstance(value, str) and not _is_text(value):
            raise ValueError(f"a text contains a zero byte or half a character: {value[:40]!a}")
        elif isinstance(value, int) and value not in _INTEGERS:
            raise ValueError(_TOO_LONG)


def _is_text(value: str) -> bool:
    return "\x00" not in value and not any("\ud800" <= letter <= "\udfff" for letter in value)
