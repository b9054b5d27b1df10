"""References: source text with ``{F12}`` and ``{S1}`` in it, and its rendering for readers."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from decimal import ROUND_HALF_EVEN, Context, Decimal, localcontext
from functools import cache, lru_cache

from babel import Locale
from babel.numbers import format_decimal

from factbook.evidence.facts import Fact

REFERENCE = re.compile(r"\{(F[1-9][0-9]*)\}")
"""A reference to a fact in a source text."""

CITATION = re.compile(r"\{S([1-9][0-9]{0,5})\}")
"""A citation of a source in a source text; ``{S1}`` is the section's first."""

SIGNIFICANT_DIGITS = 3
MINUS = "\N{MINUS SIGN}"
NO_BREAK_SPACE = "\N{NO-BREAK SPACE}"
DIGITS_OF_ANY_FLOAT = 700
"""Decimal digits with which any float can be rounded and written out without an exponent."""

_CITATIONS = re.compile(rf"{CITATION.pattern}(?:(?:[^\S\n]|[,;])*{CITATION.pattern})*")
_CITATIONS_AND_BLANK = re.compile(rf"(?<![^\S\n])[^\S\n]*+{_CITATIONS.pattern}")

_FALL = (
    r"fell|falls?|fallen|falling|dropp\w*|drops?|declin\w*|decreas\w*|shr[aiu]nk\w*|lost|loses?|"
    r"loss|losing|reduc\w*|down|lower|less|cut|contract\w*|slid|retreat\w*|minus|fewer|below"
)
_FALL_AFTER = r"lower|less|fewer|below|down|decreas\w*|declin\w*|drop|fall|reduction|loss|cut"
_RISE = (
    r"rose|rises?|risen|rising|gr[eo]w\w*|growth|increas\w*|gain\w*|added|adds?|up|higher|more|"
    r"expan\w*|climb\w*|advanc\w*|plus|above"
)
_REFERENCE = REFERENCE.pattern
_DIRECTION_BEFORE = re.compile(
    # "fell by", "a fall in output of about"; "fell": the verb alone
    rf"\b(?:(?P<fall>{_FALL})|(?P<rise>{_RISE}))\b"
    r"(?:(?:\s+[\w-]+){0,4}?\s+(?:by|of))?(?:\s+(?:about|around|nearly|almost|roughly|only|just|"
    r"some|exactly|over|a|an|another|further|more|less|than)){0,2}\s*"
    # the same change once more: "fell by {F3}, or {F4}", "fell by {F3} ({F4})"
    rf"(?:{_REFERENCE}\s*(?:,\s*)?(?:\(|(?:or|that is|i\.e\.|and)\b)\s*(?:by\s+)?)*$",
    re.IGNORECASE,
)
_DIRECTION_AFTER = re.compile(rf"\s+(?:(?P<fall>{_FALL_AFTER}))\b", re.IGNORECASE)
_CONTEXT_LETTERS = 120
_DIRECTED = frozenset(
    ("change", "relative change", "difference to reference", "relative difference to reference")
)
"""Kinds of facts whose sign words may say."""


def references(source_text: str) -> list[str]:
    """Fact ids in the order in which a source text names them, repetitions included."""
    return REFERENCE.findall(source_text)


def citations(source_text: str) -> list[int]:
    """Numbers of the sources that a source text cites, from 1, each once, in rising order."""
    return sorted({int(number) for number in CITATION.findall(source_text)})


def without_citations(source_text: str) -> str:
    """A source text without its citations, for readers who do not have its sources."""
    return _CITATIONS_AND_BLANK.sub("", source_text)


def render(
    source_text: str, facts: Mapping[str, Fact], locale: str = "en", *, sources: int | None = None
) -> str:
    """Render a source text: ``{F12}`` becomes its fact's value with unit, ``{S1}`` becomes ``[1]``.

    The value is rounded to three significant digits. A negative change stands without its sign
    where the words beside it already say so ("fell by {F4}", "{F4} less"). Citations beside each
    other become one: ``[1, 2]``.

    Args:
        source_text: Text with references.
        facts: The facts by id.
        locale: Locale of the number format.
        sources: How many sources the text may cite; None where they are not known, as for a
            piece of a text.

    Raises:
        KeyError: The text refers to a fact that is not among `facts`, or cites a source beyond
            `sources`.
    """
    return "".join(rendered_parts(source_text, facts, locale, sources=sources))


def rendered_parts(
    source_text: str, facts: Mapping[str, Fact], locale: str = "en", *, sources: int | None = None
) -> Iterator[str]:
    """A rendered source text in parts: the text before a figure, the figure, and so on.

    The first and the last part are texts, which may be empty. See `render`.
    """
    end = 0
    for match in REFERENCE.finditer(source_text):
        fact = facts[match.group(1)]
        is_said = _is_fall(fact) and _says_fall(source_text, match)
        yield _cited(source_text[end : match.start()], sources)
        yield format_fact(fact, locale, signed=not is_said)
        end = match.end()
    yield _cited(source_text[end:], sources)


def format_fact(fact: Fact, locale: str = "en", *, signed: bool = True) -> str:
    """A fact as it stands in prose: ``67.3 TWh``, ``12.4%``, ``3rd of 27``.

    Args:
        fact: The fact.
        locale: Locale of the number format.
        signed: False writes the magnitude of a negative value, without its sign.
    """
    if fact.kind == "rank":
        return f"{_ordinal(int(fact.value), locale)} of {fact.among}"
    value = fact.value if signed else abs(fact.value)
    number = format_number(value, locale)
    if fact.unit == "%":
        return f"{number}%"
    return f"{number}{NO_BREAK_SPACE}{fact.unit}" if fact.unit else number


@lru_cache(maxsize=8192)
def format_number(value: float, locale: str = "en", digits: int = SIGNIFICANT_DIGITS) -> str:
    """A number rounded to `digits` significant digits, never in scientific notation.

    Half is rounded to even, on the shortest decimal that stands for the float.
    """
    rounded = Context(prec=digits, rounding=ROUND_HALF_EVEN).create_decimal(Decimal(repr(value)))
    decimals = max(-int(rounded.normalize().as_tuple().exponent), 0)
    pattern = "#,##0." + "#" * decimals if decimals else "#,##0"
    with localcontext(prec=DIGITS_OF_ANY_FLOAT):
        # Adding 0 makes a negative zero positive.
        text = format_decimal(rounded + 0, format=pattern, locale=_locale(locale))
    return text.replace("-", MINUS)


def _cited(text: str, sources: int | None) -> str:
    """A text between references to facts, its citations as readers see them."""

    def shown(match: re.Match[str]) -> str:
        numbers = citations(match.group())
        for number in numbers:
            if sources is not None and number > sources:
                raise KeyError(f"S{number}")
        return f"[{', '.join(map(str, numbers))}]"

    return _CITATIONS.sub(shown, text)


def _is_fall(fact: Fact) -> bool:
    return fact.kind in _DIRECTED and fact.value < 0


def _says_fall(source_text: str, reference: re.Match[str]) -> bool:
    """Whether the words just before a reference, or just after it, say that something fell."""
    begin = max(0, reference.start() - _CONTEXT_LETTERS)
    before = _DIRECTION_BEFORE.search(without_citations(source_text[begin : reference.start()]))
    if before:
        return before.group("fall") is not None
    after = source_text[reference.end() : reference.end() + _CONTEXT_LETTERS]
    return _DIRECTION_AFTER.match(without_citations(after)) is not None


def _ordinal(number: int, locale: str) -> str:
    if not locale.startswith("en"):
        return f"{number}."
    suffix = {1: "st", 2: "nd", 3: "rd"}.get(number % 10, "th")
    return f"{number}{'th' if 10 <= number % 100 <= 20 else suffix}"


@cache  # to parse a name takes longer than to format a number
def _locale(name: str) -> Locale:
    return Locale.parse(name, sep="-" if "-" in name else "_")
