"""References: source text with ``{F12}`` and ``{S1}`` in it, and its rendering for readers."""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Iterator, Mapping, Sequence
from decimal import localcontext
from functools import cache, lru_cache

from babel import Locale
from babel.numbers import format_decimal

from factbook.evidence.agreement import digits_that_agree
from factbook.evidence.facts import Fact
from factbook.evidence.rounding import DIGITS_OF_ANY_FLOAT, SIGNIFICANT_DIGITS, rounded

REFERENCE = re.compile(r"\{(F[1-9][0-9]*)\}")
"""A reference to a fact in a source text."""

CITATION = re.compile(r"\{S([1-9][0-9]{0,5})\}")
"""A citation of a source in a source text; ``{S1}`` is the section's first."""

SENTENCE_END = re.compile(r"(?<=[.!?])\s+|\n+")
"""Between two sentences of a source text."""

MINUS = "\N{MINUS SIGN}"
NO_BREAK_SPACE = "\N{NO-BREAK SPACE}"
_COUNTS = ("number", "count", "no.", "nr")
"""Units of what is only counted, which prose leaves out."""

_PLURAL_UNIT = re.compile(r"(?<=[a-rt-z]{2})s(?=$| per | of )")

_CITATIONS = re.compile(rf"{CITATION.pattern}(?:(?:[^\S\n]|[,;])*{CITATION.pattern})*")
_CITATIONS_AND_BLANK = re.compile(rf"(?<![^\S\n])[^\S\n]*+{_CITATIONS.pattern}")

_ABOUT = r"about|around|nearly|almost|roughly|only|just|some|exactly|over|a|an|another|further"
_FALL = (
    r"fell|falls?|fallen|falling|dropp\w*|drops?|declin\w*|decreas\w*|diminish\w*|dwindl\w*|"
    r"shr[aiu]nk\w*|los[et]s?|loss|losses|losing|reduc\w*|cut|cuts|cutting|contract\w*|"
    r"slid|slides?|sliding|slipp?\w*|sank|sinks?|sunk|sinking|dipp?\w*|slump\w*|plung\w*|plummet\w*|"
    r"tumbl\w*|collaps\w*|retreat\w*|reced\w*|eas(?:ed|es|ing)|subsid(?:ed|es|ing)|shed|sheds|"
    r"shedding|downturn|(?:down|minus|lower|less|fewer|below)(?=\s+(?:by\b|"
    rf"(?:{_ABOUT})\b)|\s*$)"
)
_RISE = (
    r"rose|rises?|risen|rising|gr[eo]w\w*|growth|increas\w*|gain\w*|added|adds?|"
    r"expan\w*|climb\w*|advanc\w*|surg\w*|soar\w*|jump\w*|rebound\w*|recover\w*|rall(?:y|ied|ies)|"
    r"swell\w*|swollen|widen\w*|strengthen\w*|(?:up|plus|higher|more|above)(?=\s+(?:by\b|"
    rf"(?:{_ABOUT})\b)|\s*$)"
)
_NEITHER = (
    r"chang\w*|mov(?:e|es|ed|ing)|movements?|differ\w*|shift\w*|var(?:y|ies|ied)|variations?|"
    r"swung|swings?|was|were|is|are|stood|stands?|came|comes?"
)
"""Words after which a change keeps its sign: they do not say which way it went."""

_FALL_AFTER = r"lower|less|fewer|below|down|decreas\w*|declin\w*|drop|fall|reduction|loss|cut"
_REFERENCE = REFERENCE.pattern
_DIRECTION = re.compile(
    rf"\b(?:(?P<fall>{_FALL})|(?P<rise>{_RISE})|(?P<neither>{_NEITHER}))\b", re.IGNORECASE
)
_TAKES_A_FIGURE = re.compile(
    # "fell by", "a fall in output of about"; "fell": the verb alone
    rf"(?:^|\b(?:by|of))(?:\s+(?:{_ABOUT}|more|less|than)){{0,4}}\s*"
    # the same change once more: "fell by {F3}, or {F4}", "fell by {F3} ({F4})"
    rf"(?:{_REFERENCE}\s*(?:,\s*)?(?:\(|(?:or|that is|i\.e\.|and)\b)\s*(?:by\s+)?)*$",
    re.IGNORECASE,
)
_DIRECTION_AFTER = re.compile(rf"\s+(?:(?P<fall>{_FALL_AFTER}))\b", re.IGNORECASE)
_END_OF_SENTENCE = re.compile(r"[.!?]\s|\n|;")
_CONTEXT_LETTERS = 300
_DIRECTED = frozenset(
    (
        *("change", "relative change", "year to date relative change"),
        *("difference to reference", "relative difference to reference"),
    )
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

    The value is rounded to three significant digits. Where a sentence gives two values and what
    follows from them, readers may compute it: the result then has a digit less, or the values have
    more, until it follows from the values as they are shown (`agreement`). A negative change stands
    without its sign where the words beside it already say so ("fell by {F4}", "{F4} less").
    Citations beside each other become one: ``[1, 2]``.

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
    matches = list(REFERENCE.finditer(source_text))
    digits = _digits(source_text, matches, facts)
    for match in matches:
        fact = facts[match.group(1)]
        is_said = _is_fall(fact) and _says_fall(source_text, match)
        yield _cited(source_text[end : match.start()], sources)
        shown = digits.get(match.start(), SIGNIFICANT_DIGITS)
        yield format_fact(fact, locale, signed=not is_said, digits=shown)
        end = match.end()
    yield _cited(source_text[end:], sources)


def most_digits(source_text: str, facts: Mapping[str, Fact]) -> dict[str, int]:
    """Fact id → the most significant digits that a text shows of it.

    Args:
        source_text: Text with references.
        facts: The facts by id.
    """
    matches = list(REFERENCE.finditer(source_text))
    digits = _digits(source_text, matches, facts)
    found: dict[str, int] = {}
    for match in matches:
        shown = digits.get(match.start(), SIGNIFICANT_DIGITS)
        found[match.group(1)] = max(found.get(match.group(1), 0), shown)
    return found


def _digits(
    source_text: str, matches: Sequence[re.Match[str]], facts: Mapping[str, Fact]
) -> dict[int, int]:
    """Where a reference begins → its significant digits, where they are not the usual ones."""
    derived = [match for match in matches if len(facts[match.group(1)].derivation.operands) == 2]
    if not derived or len(matches) < 3:
        return {}
    found: dict[int, int] = {}
    ends = [match.start() for match in SENTENCE_END.finditer(source_text)]
    sentences: dict[int, list[re.Match[str]]] = {}
    for match in matches:
        sentences.setdefault(bisect_left(ends, match.start()), []).append(match)
    for inside in sentences.values():
        digits = digits_that_agree([facts[match.group(1)] for match in inside])
        found.update(
            (match.start(), digits[match.group(1)]) for match in inside if match.group(1) in digits
        )
    return found


def format_fact(
    fact: Fact, locale: str = "en", *, signed: bool = True, digits: int = SIGNIFICANT_DIGITS
) -> str:
    """A fact as it stands in prose: ``67.3 TWh``, ``12.4%``, ``equal 3rd of 27``.

    Args:
        fact: The fact.
        locale: Locale of the number format.
        signed: False writes the magnitude of a negative value, without its sign.
        digits: How many significant digits it has at most.
    """
    if fact.kind == "rank":
        among = fact.derivation.among
        equal = "equal " if among is not None and among.equal > 1 else ""
        return f"{equal}{_ordinal(int(fact.value), locale)} of {fact.among}"
    if fact.kind == "count":
        return f"{int(fact.value)} of {fact.among}"
    value = fact.value if signed else abs(fact.value)
    number = format_number(value, locale, digits)
    if fact.unit.startswith("%"):  # also "% of population"
        return f"{number}{fact.unit}"
    unit = _unit(fact, is_one=number == "1")
    return f"{number}{NO_BREAK_SPACE}{unit}" if unit else number


def _unit(fact: Fact, *, is_one: bool) -> str:
    """A unit behind its number: in brackets where it would be read as one; none for a count."""
    unit = fact.unit
    if unit.casefold() in _COUNTS:
        return ""
    if unit[:1].isdigit() or ", " in unit:  # 2015=100, 0-100, billion chained USD, annual rate
        return f"({unit})"
    return _PLURAL_UNIT.sub("", unit, count=1) if is_one else unit


@lru_cache(maxsize=8192)
def format_number(value: float, locale: str = "en", digits: int = SIGNIFICANT_DIGITS) -> str:
    """A number rounded to `digits` significant digits, never in scientific notation.

    Half is rounded away from zero; see `rounding`.
    """
    number = rounded(value, digits)
    decimals = max(-int(number.normalize().as_tuple().exponent), 0)
    pattern = "#,##0." + "#" * decimals if decimals else "#,##0"
    with localcontext(prec=DIGITS_OF_ANY_FLOAT):
        # Adding 0 makes a negative zero positive.
        text = format_decimal(number + 0, format=pattern, locale=_locale(locale))
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
    """Whether the words before a reference, or just after it, say that something fell.

    Before it that is the last word of direction in its sentence, where what lies between takes a
    figure: "fell between 2015 and 2021 by", "a decline in demand of about".
    """
    begin = max(0, reference.start() - _CONTEXT_LETTERS)
    before = without_citations(source_text[begin : reference.start()])
    before = _END_OF_SENTENCE.split(before)[-1]
    *_, last = (None, *_DIRECTION.finditer(before))
    is_said = last is not None and last.group("neither") is None
    if last is not None and is_said and _TAKES_A_FIGURE.search(before[last.end() :]):
        return last.group("fall") is not None
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
