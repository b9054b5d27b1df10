"""Units as readers see them: codes of statistics in words."""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import cache

from factbook.measures.tables import read_table
from factbook.measures.unit_words import unit_words
from factbook.measures.units import read_unit

_NUMBER_OF = re.compile(r"(?:number|count) of (?=\w)", re.IGNORECASE)
_IS_WORD = re.compile(r"[A-Z][a-z]{2,}\b").match
_THOUSAND = re.compile(r"^(?:1[ ,.'\u00a0\u202f]?000|'?000s?) (?=[^\W\d])")
_MILLION = re.compile(r"^(?:1(?P<by>[ ,.'\u00a0\u202f]?)000(?P=by)000|10\^?6) (?=[^\W\d])")
_MANY = re.compile(r"^(thousand|million|billion|trillion)s\b(?: of\b)?", re.IGNORECASE)


def label_of_unit(unit: str) -> str:
    """What readers see of a unit: ``thousand tonnes`` for ``THS_T``; a unit that is no code stays.

    It says the same of figures as the code does: `read_unit` reads both alike.
    """
    label = _labels().get(unit)
    if label is not None:
        return label
    label = _in_prose(unit)
    return label if label == unit or read_unit(label) == read_unit(unit) else unit


def _in_prose(unit: str) -> str:
    """A unit as it stands behind a number: "9,083 enterprises", not "Number of enterprises"."""
    label = _MANY.sub(lambda match: match[1], _NUMBER_OF.sub("", unit))
    label = _MILLION.sub("million ", _THOUSAND.sub("thousand ", label))
    small = label[:1].lower() + label[1:]
    return small if _IS_WORD(label) and unit_words().begins(small) else label


@cache
def _labels() -> Mapping[str, str]:
    labels: Mapping[str, str] = read_table("unit_labels.toml")["labels"]
    return labels
