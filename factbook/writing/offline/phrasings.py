"""Phrasings: the sentences that things are told in, read from data files and written out.

``findings.toml`` tells findings, ``frames.toml`` all else; their heads explain the notation.
"""

from __future__ import annotations

import hashlib
import re
import tomllib
from collections.abc import Collection, Iterable, Mapping, Sequence
from functools import lru_cache
from importlib.resources import files
from itertools import product
from typing import Any, Literal

Use = Literal["sentence", "headline", "tail"]
"""What a phrasing is for."""

_ALTERNATIVES = re.compile(r"\[([^\[\]|]*\|[^\[\]]*)\]")
_SLOT = re.compile(r"\{(\w+)\}")
_AGREEING = re.compile(r"<(\w+):([^/<>]*)/([^<>]*)>")


@lru_cache(maxsize=2)
def _tables(name: str) -> Mapping[str, Any]:
    text = files("factbook.writing.offline").joinpath(name).read_text("utf-8")
    return tomllib.loads(text)


@lru_cache(maxsize=1024)
def of_finding(kind: str, form: str, direction: str, use: Use) -> tuple[str, ...]:
    """Phrasings of a finding, alternatives written out; none where nothing is told so.

    Args:
        kind: Its kind.
        form: Its form.
        direction: Its direction.
        use: What they are for.
    """
    tables = _tables("findings.toml")
    names = (f"{kind}.{form}.{direction}", f"{kind}.{form}", f"{kind}.{direction}", kind)
    for name in names:
        if name in tables:
            return expanded(tables[name].get(use, ()))
    return ()


@lru_cache(maxsize=128)
def of_frame(name: str) -> tuple[str, ...]:
    """Phrasings of a frame, alternatives written out.

    Raises:
        KeyError: There is no such frame.
    """
    return expanded(_tables("frames.toml")[name])


def expanded(phrasings: Iterable[str]) -> tuple[str, ...]:
    """Phrasings with their alternatives written out: ``[rose|grew]`` makes two of one."""
    return tuple(text for phrasing in phrasings for text in _expanded(phrasing))


def _expanded(phrasing: str) -> list[str]:
    pieces = _ALTERNATIVES.split(phrasing)
    choices = [piece.split("|") if i % 2 else [piece] for i, piece in enumerate(pieces)]
    return ["".join(combination) for combination in product(*choices)]


@lru_cache(maxsize=4096)
def slots_of(phrasing: str) -> frozenset[str]:
    """Names of the slots of a phrasing."""
    return frozenset(_SLOT.findall(phrasing))


def filled(phrasing: str, slots: Mapping[str, str], plural: Collection[str]) -> str:
    """A phrasing with its slots filled, and words that agree with them.

    Args:
        phrasing: The phrasing.
        slots: What each slot holds.
        plural: Slots that hold a plural.
    """
    agreeing = _AGREEING.sub(lambda m: m[3] if m[1] in plural else m[2], phrasing)
    return agreeing.format_map(slots)


def scattered(key: str) -> int:
    """A number from a text, the same in every process, evenly spread also for like texts."""
    return int.from_bytes(hashlib.blake2b(key.encode(), digest_size=6).digest())


def chosen(options: Sequence[str], key: str) -> str:
    """One of some options, by a hash that is the same in every process."""
    return options[scattered(key) % len(options)]
