"""Figures of a source text, to tell whether an edit has changed any."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator

from factbook.checking.violations import GAPS

_REFERENCE = re.compile(rf"\{{([FS][0-9]+)\}}|({'|'.join(map(re.escape, GAPS))})")
_NUMBER = re.compile(
    r"(?<![\w.,])(?P<sign>[−-](?=\d))?(?P<number>\d+(?:[.,\u00a0\u202f']\d+)*)"
    r"(?P<percent>\s?%|\sper\s?cent\b(?!age))?",
    re.IGNORECASE,
)
_MOST_NAMED = 6


def figures_in(source_text: str) -> Counter[str]:
    """All references and free numbers of a source text, with how often each stands there.

    A number counts with its sign and with whether it is a percentage; ``12 %`` and ``12 percent``
    are the same. What stands for a missing figure counts too. Digits inside words (``CO2``) do not.
    """
    found = Counter(one or other for one, other in _REFERENCE.findall(source_text))
    found.update(_free(source_text))
    return found


def free_numbers(source_text: str) -> set[str]:
    """The numbers of a source text that are no references, as `figures_in` counts them."""
    return set(_free(source_text))


def _free(source_text: str) -> Iterator[str]:
    for match in _NUMBER.finditer(_REFERENCE.sub(" ", source_text)):
        sign = "−" if match["sign"] else ""
        percent = "%" if match["percent"] else ""
        yield f"{sign}{match['number']}{percent}"


def changed_figures(before: str, after: str) -> str:
    """What an edit has changed of the figures, in words; empty when it has changed none."""
    old, new = figures_in(before), figures_in(after)
    pieces = []
    if old - new:
        pieces.append(f"{_named((old - new).elements())} taken away")
    if new - old:
        pieces.append(f"{_named((new - old).elements())} added")
    return ", ".join(pieces)


def _named(figures: Iterable[str]) -> str:
    names = sorted(figures)
    more = f" and {len(names) - _MOST_NAMED} more" if len(names) > _MOST_NAMED else ""
    return ", ".join(names[:_MOST_NAMED]) + more
