"""Columns of numbers, and of flags beside them: what a heading and its cells show."""

from __future__ import annotations

import re

from factbook.data.statuses.flags import Status, known_flags
from factbook.init import words
from factbook.init.columns import Column
from factbook.init.guess import NO_UNIT, NamedValues
from factbook.init.units import capitalised, english_unit, known_name, name_and_unit, with_acronyms
from factbook.measures.units import read_unit

_WORDS_OF_A_UNIT = 2
_LOOKED_AT = 200
_HAS_FRACTION = re.compile(r"\d[.,]\d").search


def named_values(heading: str) -> NamedValues:
    """What the figures below a heading are, by its words."""
    name, unit = known_name(heading) or name_and_unit(heading)
    name = capitalised(with_acronyms(name or heading.replace(",", " ")))
    return NamedValues(name, unit or NO_UNIT, bool(unit))


def unit_alone(heading: str) -> str:
    """The unit that a heading is, if it says nothing else: ``thousands``, ``TWh``; else empty."""
    unit = english_unit(heading.replace("_", " "))
    is_whole = read_unit(unit).quantity is not None and len(unit.split()) <= _WORDS_OF_A_UNIT
    return unit if is_whole and not known_name(heading) else ""


def counts_rows(column: Column) -> bool:
    """Whether a column numbers the rows, from 0 or 1."""
    labels = column.labels[:50]
    return len(labels) > 2 and all(
        text == str(at) for at, text in enumerate(labels, int(labels[0] == "1"))
    )


def has_fractions(column: Column) -> bool:
    """Whether some of a column's numbers are not whole: then they are no codes."""
    return any(map(_HAS_FRACTION, column.labels[:_LOOKED_AT]))


def has_flags(column: Column) -> bool:
    """Whether a column holds flags: by its heading, and most of its cells are known ones."""
    if not words.is_one_of(column.heading, words.FLAGS) or not column.labels:
        return False
    known = known_flags()
    codes = [known.code_of_meaning(label) or label for label in column.labels[:_LOOKED_AT]]
    is_known = [known.status_of(code) != (Status.UNKNOWN,) for code in codes]
    return sum(is_known) * 2 >= len(codes)
