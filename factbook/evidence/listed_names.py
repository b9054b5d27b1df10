"""Names in a list of the sheet, where names themselves have commas."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence

from factbook.names import name_key

MOST_COMMAS = 8
"""Most commas in a name that a list is searched for, and most beginnings that are remembered."""


def listed_names(
    parts: Sequence[str], known: Collection[str], several: Mapping[str, Sequence[str]] = {}
) -> tuple[str, ...]:
    """The names that a list in a cell means, which is cut at its commas.

    ``Load, mean, maximum`` means ``Load, mean`` and ``Load, maximum`` where these are names: parts
    beside each other are one name if together they are and not all of them are by themselves; a
    part that is none is one with the beginning of a name before it. A cell names each part once.

    Args:
        parts: The parts of the cell, in order.
        known: The names that there are.
        several: Name for several of them (by its `name_key`) → the names.

    Returns:
        The names as the cell writes them, and parts that are none as they are.
    """
    if len(known) == 0:
        return tuple(parts)
    keys = {name_key(name) for name in known}
    found: list[str] = []
    beginnings: list[str] = []
    at = 0
    while at < len(parts):
        length = _length(parts[at : at + MOST_COMMAS + 1], keys)
        text = ", ".join(parts[at : at + length])
        begun = [f"{start}, {text}" for start in beginnings if name_key(f"{start}, {text}") in keys]
        if length > 1:
            beginnings = [", ".join(parts[at : at + length - 1]), *beginnings[:MOST_COMMAS]]
            found.append(text)
        elif name_key(text) not in keys and begun:
            found.append(begun[0])
        else:
            found += several.get(name_key(text), (text,)) if name_key(text) not in keys else (text,)
        at += length
    return tuple(dict.fromkeys(found))


def _length(parts: Sequence[str], keys: Collection[str]) -> int:
    """How many parts make up the first name; 1 where they are names by themselves."""
    for length in range(len(parts), 1, -1):
        is_name = name_key(", ".join(parts[:length])) in keys
        if is_name and not all(name_key(part) in keys for part in parts[:length]):
            return length
    return 1
