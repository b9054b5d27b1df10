"""Which columns of a table are what: places, periods, figures, units, and what tells them apart."""

from __future__ import annotations

import re
from collections.abc import Mapping

from factbook.data.cleaning import Notes, listing
from factbook.data.periods.period_columns import parse_periods
from factbook.data.sources.roles import Roles
from factbook.errors import nearest
from factbook.init import words
from factbook.init.columns import Column, columns_of, go_together, has_value, period_columns
from factbook.init.crossed import crossed
from factbook.init.figures import (
    counts_rows,
    has_flags,
    has_fractions,
    named_values,
    unit_alone,
)
from factbook.init.guess import NO_UNIT, Guess, NamedValues, Said
from factbook.init.opened import Opened
from factbook.init.place_columns import place_column
from factbook.init.telling import telling_columns
from factbook.init.units import (
    capitalised,
    is_code,
    is_unit,
    name_and_unit,
    readable,
)
from factbook.names import name_key

_BY = re.compile(r"\s(?:by|nach|par)\s", re.IGNORECASE)
"""What a title says behind it is how the table is arranged."""

_YEARS = re.compile(r"(?<!\s)\s*+\b(?:19|20)\d\d\b")
_LONGEST_UNIT = 25
"""Characters of a unit in a column whose heading does not say that it has units."""

Columns = Mapping[str, Column]


def guess_table(name: str, opened: Opened, said: Said, notes: Notes) -> Guess | None:
    """What a table's columns are; None when something can't be guessed, and an error says what.

    Args:
        name: Name of the table in the project.
        opened: The table.
        said: What its user says of it.
        notes: Collects what to ask.
    """
    columns = columns_of(opened.grid)
    guesser = _Guesser(name, opened, columns, said, notes)
    return guesser.guess()


class _Guesser:
    """Takes one column after the other; what is taken is free no more."""

    def __init__(
        self, name: str, opened: Opened, columns: Columns, said: Said, notes: Notes
    ) -> None:
        self._name = name
        self._opened = opened
        self._columns = columns
        self._said = said
        self._notes = notes
        self._roles = opened.grid.roles
        self._taken: dict[str, None] = {}
        self._reasons: dict[str, str] = {}
        self._constants: dict[str, str] = {}
        self._unit_of_name = ""

    def guess(self) -> Guess | None:
        """The guess; None when an error says what to ask."""
        errors = self._notes.errors
        periods = self._period_headings()
        period = "" if periods else self._period()
        unit, unit_of_all = self._unit()
        value, values = ("", {}) if periods else self._figures()
        place = "" if any(named.place for named in values.values()) else self._place()
        status = self._status()
        figures = periods or tuple(values) or ((value,) if value else ())
        if not figures and self._notes.errors == errors:
            self._ask("figures", "no column is mostly numbers", "--value COLUMN")
        if self._notes.errors > errors:
            return None
        measure, category, dimensions = self._dimensions(figures, place, period, unit)
        title, title_unit = name_and_unit(self._opened.title)
        self._name_what_has_no_column(measure, category, value, title, has_values=bool(values))
        of_names = title_unit or self._unit_of_name
        unit_of_all = unit_of_all or ("" if unit or values else of_names)
        used = {*self._taken, *figures, measure, category, *dimensions}
        return Guess(
            name=self._name,
            opened=self._opened,
            columns=self._columns,
            place=place,
            period=period,
            value=value,
            measure=measure,
            category=category,
            unit=unit,
            status=status,
            values=values,
            periods=periods,
            dimensions=dimensions,
            constants=self._constants,
            unit_of_all=unit_of_all or self._unit_of_the_rest(unit, has_values=bool(values)),
            unit_is_known=bool(unit or unit_of_all or values),
            reasons=self._reasons,
            unread=tuple(text for text in self._columns if text not in used),
        )

    def _name_what_has_no_column(
        self, measure: str, category: str, value: str, title: str, *, has_values: bool
    ) -> None:
        if not measure and not has_values:
            self._constants["PROPERTY"] = self._only_measure() or self._title(title, value)
        if not category:
            self._constants["SECTOR"] = "Total"
            self._reasons["SECTOR"] = "no column tells parts of a figure apart"

    def _free(self) -> dict[str, Column]:
        return {text: c for text, c in self._columns.items() if text not in self._taken}

    def _take(self, role: str, heading: str, reason: str) -> str:
        self._taken[heading] = None
        self._reasons[role] = reason
        return heading

    def _heading(self, text: str) -> str:
        """The heading that the user names; empty if the table has none of that name."""
        by_fold = {name_key(heading): heading for heading in self._columns}
        return by_fold.get(name_key(text), "")

    def _period_headings(self) -> tuple[str, ...]:
        if self._said.period or self._said.values:
            return ()
        if self._roles is not None and not self._roles.periods_in_columns:
            return ()
        found = period_columns(self._columns)
        if found:
            self._taken |= dict.fromkeys(found)
            self._reasons["periods"] = f"{len(found)} headings are periods, such as '{found[0]}'"
        return found

    def _period(self) -> str:
        if self._said.period:
            if found := self._heading(self._said.period):
                return self._take("period", found, "you said so")
            if parse_periods([self._said.period]).codes[0]:
                self._constants["YEAR"] = self._said.period
                self._reasons["period"] = "you said so"
                return ""
            self._unknown("--period", self._said.period)
            return ""
        if self._roles is not None and self._roles.period:
            return self._take("period", self._roles.period, "the file's format says so")
        can_be = {text: column for text, column in self._free().items() if column.is_period}
        named = [text for text in can_be if words.is_one_of(text, words.PERIODS)]
        worded = [text for text in can_be if words.has_word_of(text, words.PERIODS)]
        found = next(iter([*named, *worded, *can_be]), "")
        if found:
            labels = can_be[found].labels
            why = f"its cells are periods, from '{labels[0]}' to '{labels[-1]}'"
            return self._take("period", found, why)
        self._ask("periods", "no column and no headings are periods", "--period COLUMN",
                  ", or --period 2023 if all figures are of one")  # fmt: skip
        return ""

    def _unit(self) -> tuple[str, str]:
        """Heading of the units, and the unit of all figures."""
        if self._said.unit:
            if found := self._heading(self._said.unit):
                return self._take("unit", found, "you said so"), ""
            self._reasons["unit"] = "you said so"
            return "", self._said.unit
        if self._roles is not None and self._roles.unit:
            return self._take("unit", self._roles.unit, "the file's format says so"), ""
        for text, column in self._free().items():
            if words.is_one_of(text, words.UNITS) and column.labels and not column.is_numeric:
                return self._unit_in_words(text), ""
        for text, column in self._free().items():
            is_short = all(len(label) <= _LONGEST_UNIT for label in column.labels[:50])
            is_free = not column.is_numeric and not words.is_one_of(text, words.MEASURES)
            if column.labels and is_free and is_short and all(map(is_unit, column.labels[:50])):
                return self._take("unit", text, "all its cells are units"), ""
        return "", ""

    def _unit_in_words(self, heading: str) -> str:
        """The column of units, or the one with their names if its own are codes that say nothing.

        OECD's ``UNIT`` has ``NOMBRENB`` where ``Measure`` has ``Number``.
        """
        column = self._columns[heading]
        if not any(map(is_unit, column.labels)):
            for text, other in self._labels().items():
                if all(map(is_unit, other.labels)) and go_together(column, other):
                    return self._take("unit", text, f"its cells are units; '{heading}' is codes")
        return self._take("unit", heading, "by its heading")

    def _unit_of_the_rest(self, unit: str, *, has_values: bool) -> str:
        """What blank cells of the column of units mean, or that there is no unit at all."""
        if not unit:
            return "" if has_values else NO_UNIT
        return NO_UNIT if self._columns[unit].has_blanks else ""

    def _status(self) -> str:
        """Heading of the flags, most of which must be known; the format of a file names its own."""
        if self._roles is not None:
            return self._roles.status
        found = next((text for text, column in self._free().items() if has_flags(column)), "")
        return self._take("status", found, "by its heading; its cells are flags") if found else ""

    def _figures(self) -> tuple[str, dict[str, NamedValues]]:
        """Heading of the figures, or headings of several measures with what they are."""
        if not self._said.values and self._roles is not None and self._roles.value:
            return self._take("value", self._roles.value, "the file's format says so"), {}
        headings, why = self._headings_of_figures()
        for text in headings:
            self._take("value", text, why)
        has_measures = any(map(self._is_of_measures, self._free()))
        is_generic = len(headings) == 1 and words.is_one_of(headings[0], words.VALUES)
        if headings and (is_generic or has_measures):
            return headings[0], {}
        title, unit = name_and_unit(self._opened.title)
        if len(headings) == 1 and (alone := unit_alone(headings[0])):
            return "", {headings[0]: NamedValues(self._title(title, ""), alone)}
        found = crossed(headings, self._title(title, ""), self._said_unit() or unit)
        if any(named.place for named in found.values()) and place_column(self._labels())[0]:
            found = {}  # places stand in a column, too: these are partners, or what is measured
        return "", found or {text: named_values(text) for text in headings}

    def _said_unit(self) -> str:
        """The unit of all figures, if the user says it."""
        return "" if self._heading(self._said.unit) else self._said.unit

    def _labels(self) -> dict[str, Column]:
        """The columns of labels that are still free."""
        return {text: c for text, c in self._free().items() if not c.is_numeric and c.labels}

    def _is_of_measures(self, heading: str) -> bool:
        """Whether a column holds names of measures, several in the table."""
        return words.is_one_of(heading, words.MEASURES) and self._columns[heading].has_several

    def _headings_of_figures(self) -> tuple[list[str], str]:
        if self._said.values:
            named = {text: self._heading(text) for text in self._said.values}
            for text in (text for text, found in named.items() if not found):
                self._unknown("--value", text)
            return [found for found in named.values() if found], "you said so"
        numeric = [text for text, column in self._free().items() if column.is_numeric]
        generic = [text for text in numeric if words.is_one_of(text, words.VALUES)]
        plain = [text for text in numeric if not words.names_no_figures(text)]
        found = [text for text in plain if not counts_rows(self._columns[text])]
        has_measures = any(map(self._is_of_measures, self._free()))
        beside = [
            text for text in found if text not in generic and has_fractions(self._columns[text])
        ]
        if generic and (has_measures or not beside):
            return generic[:1], "by its heading"
        return found, "its cells are numbers"

    def _place(self) -> str:
        if self._said.place:
            if found := self._heading(self._said.place):
                return self._take("place", found, "you said so")
            if nearest(self._said.place, self._columns) and len(self._said.place) < 3:
                self._unknown("--place", self._said.place)
            self._constants["COUNTRY"] = self._said.place
            self._reasons["place"] = "you said so"
            return ""
        if self._roles is not None and self._roles.place:
            return self._take("place", self._roles.place, "the file's format says so")
        found, why = place_column(self._labels())
        if found:
            return self._take("place", found, why)
        self._ask("places", why, "--place COLUMN", ", or --place NAME if all figures are of one")
        return ""

    def _dimensions(
        self, figures: tuple[str, ...], place: str, period: str, unit: str
    ) -> tuple[str, str, tuple[str, ...]]:
        """Headings of the measures, of the categories, and of what else tells figures apart."""
        said = self._heading(self._said.category) if self._said.category else ""
        if self._said.category and not said:
            self._unknown("--category", self._said.category)
        self._reasons["measure"] = "by its heading"
        self._reasons["category"] = "you said so" if said else "its cells tell the figures apart"
        if self._roles is not None:
            return self._proposed_dimensions(self._roles, said, (place, period, unit))
        telling = self._telling(figures, place, period, unit)
        if said and said not in telling:
            telling.append(said)
        named = [text for text in telling if words.is_one_of(text, words.MEASURES) and text != said]
        measure = named[0] if named else ""
        rest = [text for text in telling if text != measure]
        scenarios = [text for text in rest if words.is_one_of(text, words.SCENARIOS)]
        category = said or next((text for text in rest if text not in scenarios), "")
        return measure, category, tuple(text for text in rest if text != category)

    def _proposed_dimensions(
        self, roles: Roles, said: str, taken: tuple[str, ...]
    ) -> tuple[str, str, tuple[str, ...]]:
        """The same of a file whose format says what its columns are."""
        whole = [text for text in roles.dimensions if text not in (*taken, *roles.parts)]
        others = [text for text in whole if text not in (roles.measure, roles.category)]
        first = next((text for text in others if text not in roles.scenarios), "")
        category = said or roles.category or ("" if roles.parts else first)
        rest = tuple(text for text in others if text != category)
        return roles.measure, category, rest

    def _telling(self, figures: tuple[str, ...], place: str, period: str, unit: str) -> list[str]:
        free = {
            text: column
            for text, column in self._free().items()
            if column.has_several and not words.is_one_of(text, words.STATUSES)
            if not column.is_numeric or words.names_no_figures(text)
        }
        rows = has_value(self._columns, iter(figures))
        keys = [self._columns[text] for text in (place, period, unit) if text]
        return list(telling_columns(keys, free, rows))

    def _only_measure(self) -> str:
        """The measure that a column of names gives for all rows; empty without one."""
        for text, column in self._columns.items():
            if words.is_one_of(text, words.MEASURES) and len(column.labels) == 1:
                name, unit = name_and_unit(column.labels[0])
                if not is_code(column.labels[0]):
                    self._reasons["PROPERTY"] = f"'{text}' is the same in all rows"
                    self._unit_of_name = unit
                    return capitalised(name)
        return ""

    def _title(self, title: str, value: str) -> str:
        name = _BY.split(title)[0].strip()
        if not name and value and not words.is_one_of(value, words.VALUES):
            name = name_and_unit(value)[0]
        self._reasons["PROPERTY"] = "the title above the table" if title else "the file's name"
        stem = readable(self._opened.path.name.partition(".")[0] or self._name)
        return capitalised(name) or _YEARS.sub("", stem) or stem

    def _ask(self, what: str, why: str, option: str, more: str = "") -> None:
        cells = [
            f"'{text}' ({listing((repr(label[:30]) for label in column.labels[:3]), 3)})"
            for text, column in self._columns.items()
        ]
        self._notes.add(
            "error",
            "init",
            f"which column has the {what}? {why}. The columns and their first cells: "
            f"{listing(cells, 12)}",
            file=self._opened.grid.file,
            sheet=self._opened.grid.sheet,
            remedy=f"Say {option}{more}",
        )

    def _unknown(self, option: str, text: str) -> None:
        like = nearest(text, self._columns)
        self._notes.add(
            "error",
            "init",
            f"{option} names the column '{text}', which the table has not",
            file=self._opened.grid.file,
            allowed=listing((repr(heading) for heading in self._columns), 30),
            remedy=f"Did you mean '{like}'?" if like else "Correct the name",
        )
