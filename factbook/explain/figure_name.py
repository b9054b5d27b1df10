"""What a person calls a figure of a report: by its fact, or as it stands in the text."""

from __future__ import annotations

import re
from collections.abc import Collection
from dataclasses import dataclass
from decimal import Decimal
from functools import cached_property

from factbook.errors import ConfigError, Finding
from factbook.evidence.references import MINUS
from factbook.evidence.rounding import with_decimals
from factbook.sheet.section_ids import no_such_section

LONGEST = 200
"""Letters of what is read as a figure; one of a report has some twenty."""

FORMS = "a section and a fact (1.1.1@AT/F12), a figure as it stands (39.7 TWh), or both"

_FACT = re.compile(r"(?:(?P<section>.*\S) ?[/ ] ?)?\{?(?P<fact>F[1-9][0-9]{0,8})\}?")
_NUMBER = re.compile(r"[-+]?(?<![\w.])\d+(?:\.\d+)?")
_BETWEEN_DIGITS = re.compile(r"(?<=\d),(?=\d{3}(?!\d))")
_DECIMAL_COMMA = re.compile(r"(?<=\d),(?=\d)")
"""What is left of commas between digits when those before three of them are gone."""

_MOST_DECIMALS = 15


@dataclass(frozen=True)
class FigureName:
    """A figure, as it was named.

    Attributes:
        section_id: The section in which it stands; empty for any.
        fact_id: Its fact; empty where it is named by what readers see.
        shown: What readers see, in plain form; empty for all figures of the section.
        said: The same as it was said, for messages.
    """

    section_id: str = ""
    fact_id: str = ""
    shown: str = ""
    said: str = ""

    @cached_property
    def number(self) -> Decimal | None:
        """The number in what readers see."""
        return number_in(self.shown)

    @cached_property
    def decimals(self) -> int:
        """Its decimals."""
        exponent = self.number.as_tuple().exponent if self.number is not None else 0
        return min(max(-int(exponent), 0), _MOST_DECIMALS)

    @cached_property
    def unit(self) -> str:
        """What stands behind the number: ``TWh``, ``%``; empty where nothing does."""
        found = _NUMBER.search(self.shown)
        return self.shown[found.end() :].strip() if found else ""

    def may_be(self, value: float) -> bool:
        """Whether a value, rounded as the figure is, could be it; a fall may be said in words."""
        if self.number is None:
            return True
        return abs(with_decimals(value, self.decimals)) == abs(self.number)

    def is_shown_as(self, figure: str, value: float) -> bool:
        """Whether a figure of a report is the one that was named.

        Args:
            figure: The figure as readers see it, with its unit.
            value: The value of its fact, whose sign words may say.
        """
        seen = plain(figure)
        if not self.shown or seen == self.shown:
            return True
        number = number_in(seen)
        if self.number is None or number is None or abs(number) != abs(self.number):
            return False
        has_sign = self.shown[:1] in "-+"
        if has_sign and (self.number < 0) != (value < 0):
            return False
        found = _NUMBER.search(seen)
        rest = seen[found.end() :].strip() if found else ""
        return not self.unit or self.unit == rest or rest.startswith(f"{self.unit} ")


def plain(figure: str) -> str:
    """A figure without what two ways to write it may differ in: ``1,800 TWh`` is ``1800 twh``."""
    text = " ".join(figure[:LONGEST].replace(MINUS, "-").split()).replace(" %", "%")
    return _DECIMAL_COMMA.sub(".", _BETWEEN_DIGITS.sub("", text)).casefold()


def number_in(figure: str) -> Decimal | None:
    """The first number of a figure in plain form; None where there is none."""
    found = _NUMBER.search(figure)
    return Decimal(found.group()) if found else None


def figure_named(text: str, section_ids: Collection[str], run: str) -> FigureName:
    """What a person means who names a figure.

    Args:
        text: ``1.1.1@AT/F12``, ``1.1.1@AT 39.7``, ``39.7 TWh``, or a section's id for all of its
            figures.
        section_ids: The sections of the run.
        run: The run, for messages.

    Raises:
        ConfigError: It names no section of the run, or no figure.
    """
    said = " ".join(text.split())
    if len(said) > LONGEST:
        raise _refused(f"a figure of {len(said):,} letters is none", run)
    section_id = max((s for s in section_ids if _begins_with(said, s)), key=len, default="")
    rest = said[len(section_id) :].strip(" /") if section_id else said
    found = _FACT.fullmatch(rest)
    if found is not None and section_id and not found["section"]:
        return FigureName(section_id, fact_id=found["fact"])
    if not section_id and (found is not None or "@" in said):
        named = found["section"] if found is not None else _until_place(said)
        if not named:
            raise _refused(f"each section has facts of its own: {rest} alone names none", run)
        remedy = "factbook explain RUN FIGURE takes any figure of the text, too"
        raise ConfigError([no_such_section(named, section_ids, where=run, remedy=remedy)])
    if rest and number_in(plain(rest)) is None:
        raise _refused(f"'{rest}' is no figure: it has no digits", run)
    if not rest and not section_id:
        raise _refused("no figure is named", run)
    return FigureName(section_id, shown=plain(rest), said=rest)


def _begins_with(text: str, section_id: str) -> bool:
    """Whether a text is a section's id, or one with a figure behind it."""
    return text == section_id or text.startswith((f"{section_id} ", f"{section_id}/"))


def _until_place(text: str) -> str:
    """What was meant as a section's id: up to the first blank or slash behind the ``@``."""
    before, _, after = text.partition("@")
    return f"{before}@{re.split('[ /]', after, maxsplit=1)[0]}"


def _refused(message: str, run: str) -> ConfigError:
    return ConfigError(
        [
            Finding(
                severity="error",
                code="explain.figure",
                message=message,
                file=run,
                allowed=FORMS,
                remedy="Give a section's id alone to see all of its figures",
            )
        ]
    )
