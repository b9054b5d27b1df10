"""Names of measures: words that decide what their unit leaves open (``names.toml``)."""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import cache, lru_cache

from factbook.measures.measure import Better
from factbook.measures.tables import read_table
from factbook.measures.unit_words import unit_words
from factbook.names import plain

_CAPITAL_INSIDE = re.compile(r"(?<=[a-z][a-z])(?=[A-Z][a-z])")
_NO_WORD = re.compile(r"[^\w%]|_")
_PARENTHESES = re.compile(r"\(([^()]*)\)")
_YEAR_PRICES = re.compile(r" (?:19|20)\d\d prices(?= )")
_CLAUSE = re.compile(r"[,;:|()]")
_CLASSED_BY = re.compile(r"\bby\s(?:(?!\s[-–—]\s)[^,;:|()])*", re.IGNORECASE)
_STROKE = re.compile(r"/ ?(\w+)")


class Name:
    """The words of a measure's name, and which lists of ``names.toml`` they are on."""

    def __init__(self, text: str) -> None:
        text = plain(text)
        self.in_parentheses: tuple[str, ...] = tuple(_PARENTHESES.findall(text))
        self._clauses = _CLAUSE.split(text.casefold())
        self._all_words = _spaced(text)
        self._words = _YEAR_PRICES.sub("", _spaced(_CLASSED_BY.sub(_unless_a_class, text)))
        self._divisors = _STROKE.findall(text.casefold())
        for phrase in _lists()["excused"]:
            self._words = self._words.replace(f" {phrase} ", " ")

    def word_of(self, kind: str) -> str:
        """The first word of a list that stands in the name; empty if none does.

        Excused words count as amounts only: national income is one, and no one person's income.
        """
        words = self._all_words if kind in ("amount", "excused") else self._words
        found = next((word for word in _lists()[kind] if f" {word} " in words), "")
        stem = None if found or kind not in _stems() else _stems()[kind].search(words)
        return found if stem is None else stem[1]

    def has(self, phrase: str) -> bool:
        """Whether a word or phrase stands in the name, whole and in any case."""
        return f" {phrase} " in self._all_words

    @property
    def divisor(self) -> str:
        """What divides after a stroke: "inhabitant" in "GDP / inhabitant"; else empty."""
        return next((word for word in self._divisors if word in _lists()["divisor"]), "")

    @property
    def is_count(self) -> bool:
        """Whether it says that the number is a count: "Number of …", or "Population" and no more.

        "Population with access to electricity" may be a percentage.
        """
        filler = _lists()["filler"]
        rest = " ".join(word for word in self._words.split() if word not in filler)
        return rest in _lists()["count"] or bool(self.word_of("counted"))

    @property
    def denominator(self) -> str:
        """Word for what figures are divided by: "Population" in "GDP per capita, PPP"."""
        known = unit_words().denominators
        divisors = (clause.partition(" per ")[2].strip() for clause in self._clauses)
        return next((known[divisor] for divisor in divisors if divisor in known), "")

    @property
    def better(self) -> Better:
        """Which figures nobody disputes to be the good ones."""
        if self.word_of("undecided"):
            return "neutral"
        if self.word_of("high") == self.word_of("low") == "":
            return "neutral"
        return "low" if self.word_of("low") else "high"


def _spaced(text: str) -> str:
    """Words in small letters, with a blank before and after each."""
    spaced = _CAPITAL_INSIDE.sub(" ", text).casefold().replace("%", " % ")
    return " " + " ".join(_NO_WORD.sub(" ", spaced).split()) + " "


def _unless_a_class(clause: re.Match[str]) -> str:
    """A clause with "by", if it does not say what each or the average one has."""
    words = _spaced(clause[0])
    return clause[0] if any(f" {word} " in words for word in _lists()["no_class"]) else " "


@cache
def _stems() -> dict[str, re.Pattern[str]]:
    """For each list, what its words in other languages look like."""
    stems: dict[str, Sequence[str]] = read_table("names.toml")["stems"]
    return {
        kind: re.compile(" (" + "|".join(stem.replace("*", r"\w*") for stem in words) + ") ")
        for kind, words in stems.items()
    }


@cache
def _lists() -> dict[str, Sequence[str]]:
    lists: dict[str, Sequence[str]] = read_table("names.toml")["words"]
    return lists


@lru_cache(maxsize=4096)
def read_name(text: str) -> Name:
    """The words of a name; any text is taken, in time in proportion to its length."""
    return Name(text)
