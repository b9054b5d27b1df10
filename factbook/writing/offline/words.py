"""Words: how places, periods, subjects and metrics are named inside an English sentence."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache

from factbook.config.place_tables import PlaceKind
from factbook.data.periods.period_texts import period_of
from factbook.data.periods.period_words import period_words
from factbook.data.series import Place
from factbook.measures.units import read_unit
from factbook.writing.offline import vocabulary
from factbook.writing.offline.statistic_words import spoken

TOTAL = "Total"
TOTAL_OF = "Total of "
MOST_NAMES_OF_A_SELECTION = 3
_NUMBERS = dict(enumerate(("four", "five", "six", "seven", "eight", "nine", "ten"), 4))

_COUNTED = ("things", "persons", "number", "events")
"""What units count, by its name in the table of units."""

_THE_ENDINGS = re.compile(
    r"\b(?:republic|islands|states|kingdom|emirates|federation|union|territories|region|group|"
    r"area|countries|members|member states|economies|peninsula|market)$"
)
_THE_BEGINNINGS = re.compile(
    r"(?:\w+ ){0,2}(?:republic|kingdom|federation|commonwealth|principality|state|isle|duchy) of "
)
_NO_ARTICLE = {"asean", "nato", "mena", "efta"}
_ACRONYM = re.compile(r"^[A-Z]{2,}(?:[- ]?\d+)?$")

_ORDINARY_ENDING = re.compile(
    r"\w{2}(?:[ats]ions?|ments?|ness|it(?:y|ies)|ships?|isms?|ings|ability|ively|ally|ures?|ogy|able|"
    r"ible|ous|less|ful|ical|ional|ive)$"
)
"""Of words that are hardly ever names in English."""

_PLURAL = re.compile(r"(?<!\bga)(?<!\bserie)(?<!ic)(?<=[^\Wsui])s(?: \w{1,30}ed)?$|\bpeople$")
_WORDS = re.compile(r"\w+")
_EMISSION_UNIT = re.compile(r"co2|ghg|greenhouse", re.IGNORECASE)
_EMITTED = re.compile(r"(?:emission|removal)s?$", re.IGNORECASE)
_PRODUCED = re.compile(r"(?:generation|production|consumption|demand|supply)$", re.IGNORECASE)


def clean(name: str) -> str:
    """A name from the inputs as it can stand in a source text: one line, no braces."""
    return " ".join(name.replace("{", "(").replace("}", ")").split())


def quoted(title: str) -> str:
    """A title between quotation marks."""
    inner = re.sub(r"[“”\"]", "'", clean(title)).rstrip(".")
    return f"“{inner}”"


def listed(names: Sequence[str]) -> str:
    """``a``, ``a and b``, ``a, b and c``."""
    return " and ".join(filter(None, (", ".join(names[:-1]), names[-1]))) if names else ""


@lru_cache(maxsize=4096)
def when(period: str) -> str:
    """A period as prose names it: ``2021``, ``March 2021``; what is no period stays as it is."""
    try:
        return period_words(period_of(period))
    except ValueError:
        return clean(period)


def capitalised(sentence: str) -> str:
    """A sentence with a capital letter at its start; ``kWh`` and the like stay as they are."""
    if sentence.startswith("“"):
        return f"“{capitalised(sentence[1:])}"
    first = re.split(r"[\s-]", sentence, maxsplit=1)[0]
    return sentence if first[1:] != first[1:].lower() else sentence[:1].upper() + sentence[1:]


@dataclass(frozen=True, slots=True)
class PlaceName:
    """A place inside a sentence.

    Attributes:
        name: With its article: ``Austria``, ``the Netherlands``, ``the EU``.
        possessive: ``Austria's``, ``the Netherlands'``.
    """

    name: str
    possessive: str


@lru_cache(maxsize=4096)
def place_name(name: str, *, region: bool = False) -> PlaceName:
    """How a place is named.

    Args:
        name: Name as readers see it.
        region: Whether it is the region, so that an acronym takes an article.
    """
    name = clean(name)
    bare = re.sub(r"^the\s+", "", name, flags=re.IGNORECASE)
    key = bare.casefold()
    with_article = (
        bare != name
        or key in vocabulary.THE_PLACES
        or bool(_THE_ENDINGS.search(key) or _THE_BEGINNINGS.match(key))
        or bool(re.match(r"eu[- ]?\d+$", key))
        or (region and bool(_ACRONYM.match(bare)) and key not in _NO_ARTICLE)
    )
    full = f"the {bare}" if with_article else bare
    plural = key in vocabulary.PLURAL_PLACES or (with_article and bool(re.search(r"s$", key)))
    return PlaceName(full, f"{full}'" if plural and full.endswith("s") else f"{full}'s")


_CALLED: Mapping[PlaceKind, tuple[str, str]] = {
    "countries": ("country", "countries"),
    "us-states": ("state", "states"),
    "nuts": ("region", "regions"),
    "free": ("place", "places"),
}


def nation(place: Place, kind: PlaceKind = "countries") -> PlaceName:
    """What a place may be called once it has been named: ``the country``, ``the region``.

    One of no known list keeps its name: it may be a city, a river, or a company.
    """
    if place.kind == "country" and kind == "free":
        return place_name(place.name)
    called = f"the {_CALLED[kind][0]}" if place.kind == "country" else "the region"
    return PlaceName(called, f"{called}'s")


def peers(kind: PlaceKind) -> str:
    """What several places are called: ``countries``."""
    return _CALLED[kind][1]


@lru_cache(maxsize=16384)
def lowered(name: str) -> str:
    """A category or metric inside a sentence.

    The spelling of the data is kept, but for the capitals of ordinary words: those of a published
    list (`vocabulary`) and those with an ending that names seldom have (``-ation``, ``-ity``). They
    are written small only where every word with a capital is ordinary or an acronym: one that is
    not may be a name, of which the ordinary words are a part (``Henry Hub price``). So names of any
    field are read alike, and the worst that happens is a capital too many.
    """
    words = clean(name.replace("_", " ")).split(" ")
    words = [re.sub(r"^non$", "non-", word, flags=re.IGNORECASE) for word in words]
    joined = " ".join(words).replace("non- ", "non-").replace("Non- ", "Non-")
    pieces = re.split(r"([\s/,()+&-]+)", joined)
    written = [vocabulary.WRITTEN.get(piece.lower(), piece) for piece in pieces]
    letters = [p for p in written[::2] if p]
    if not all(_is_ordinary(p) or _is_acronym(p) for p in letters if p != p.lower()):
        return "".join(written)
    return "".join(p if _is_acronym(p) else p.lower() for p in written)


def _is_ordinary(word: str) -> bool:
    """Whether a word is surely no name."""
    small = word.lower()
    if word[1:] != word[1:].lower():  # kWh, CO2e
        return False
    parts = small.split("-")
    return small in vocabulary.COMMON or all(
        part in vocabulary.COMMON or bool(_ORDINARY_ENDING.search(part)) for part in parts
    )


def _is_acronym(word: str) -> bool:
    return word != "A" and word.upper() == word


@lru_cache(maxsize=16384)
def subject_phrase(subject: str, summands: tuple[str, ...] = ()) -> str:
    """A subject inside a sentence: ``hard coal``, ``wind and solar together``.

    Args:
        subject: The subject.
        summands: What it adds up, where that is known: names may hold commas.
    """
    if subject in (TOTAL, "-", ""):
        return "all categories together"
    if subject.startswith(TOTAL_OF):
        parts = summands or tuple(subject.removeprefix(TOTAL_OF).split(", "))
        if len(parts) > MOST_NAMES_OF_A_SELECTION:
            return f"{_NUMBERS.get(len(parts), 'all')} selected categories"
        return f"{listed([subject_phrase(part) for part in parts])} together"
    name = vocabulary.COMPLETED.get(subject.casefold().strip(), lowered(subject))
    # Among others a comma would end it: readers see where the name begins and ends.
    return quoted(name) if "," in name else name


def is_plural(name: str) -> bool:
    """Whether a name is a plural: of several things, or of one whose word is one."""
    return " and " in name or bool(_PLURAL.search(name))


def is_in_metric(subject: str, metric: MetricName) -> bool:
    """Whether a subject's words all stand in the name of its metric."""
    said = set(_WORDS.findall(metric.full.casefold()))
    return set(_WORDS.findall(subject.casefold())) <= said


@dataclass(frozen=True, slots=True)
class MetricName:
    """A metric inside a sentence.

    Attributes:
        core: ``electricity generation``, ``emissions``.
        detail: What a path of categories adds: ``non-specified, energetic, CO2``.
        scenario: Name of the scenario; empty where there is none.
    """

    core: str
    detail: str = ""
    scenario: str = ""

    @property
    def full(self) -> str:
        """Core and detail: ``emissions (non-specified, energetic, CO2)``."""
        detailed = f"{self.core} ({self.detail})" if self.detail else self.core
        return f"{detailed}{self.under}"

    @property
    def under(self) -> str:
        """What names the scenario behind a noun: ``under Net zero``, with a blank before it."""
        return f" under {self.scenario}" if self.scenario else ""


@lru_cache(maxsize=4096)
def metric_name(metric: str, unit: str, *, scenario: str = "") -> MetricName:
    """How a metric is named.

    A path (``a | b | co2``) stands in brackets after its noun, and so does what follows a comma
    (``GDP, current prices``).

    Args:
        metric: PROPERTY.
        unit: Its unit, which tells emissions from other figures.
        scenario: The scenario to be named with it.
    """
    if "|" not in metric:
        core, _, detail = spoken(metric).partition(", ")
        return MetricName(_counted(lowered(core), unit), clean(detail), clean(scenario))
    parts = [lowered(part.strip()) for part in metric.split("|") if part.strip()]
    heads = _EMITTED if _EMISSION_UNIT.search(f"{metric} {unit}") else _PRODUCED
    core = next((part for part in parts if heads.search(part)), "")
    details = ", ".join(part for part in parts if part != core)
    core = core or ("emissions" if heads is _EMITTED else "figures")
    return MetricName(core, details, clean(scenario))


def _counted(core: str, unit: str) -> str:
    """A metric that names what is counted, as a number: ``number of motor vehicles``."""
    quantity = read_unit(unit).quantity
    is_count = quantity is not None and quantity.name in _COUNTED
    if not is_count or not _PLURAL.search(core) or re.match(r"(?:the )?numbers? ", core):
        return core
    return f"number of {core}"


@lru_cache(maxsize=16384)
def noun_phrase(metric: MetricName, name: str, *, short: bool = False) -> str:
    """Metric and subject in one noun phrase: ``electricity generation from wind``.

    Args:
        metric: The metric.
        name: The subject as `subject_phrase` writes it; `TOTAL`; empty for the metric alone.
        short: Whether to leave out the metric's detail.
    """
    detail = f" ({metric.detail})" if metric.detail and not short else ""
    if name.casefold() in ("", metric.core.casefold()):
        return f"{metric.core}{detail}{metric.under}"
    if name == TOTAL:
        head = metric.core if re.match(r"(the )?total\b", metric.core) else f"total {metric.core}"
        return f"{head}{detail}{metric.under}"
    noun = f"{metric.core} {_preposition(metric.core, name)} {name}"
    return f"{noun}{detail}{metric.under}"


def _preposition(core: str, name: str) -> str:
    words = core.split()
    named = {word.casefold() for word in name.split()}
    if not vocabulary.PEOPLE.isdisjoint(named) and not (
        vocabulary.IN_WORDS | vocabulary.FROM_A_CAUSE
    ).isdisjoint(words):
        return "among"
    if re.search(r"\d", name) and not vocabulary.IN_WORDS.isdisjoint(words):
        return "for"  # an age
    sector = name.split()[-1].casefold() in vocabulary.SECTORS
    if words[-1] in vocabulary.FROM_HEADS:
        return "from"
    if words[-1] in vocabulary.OF_HEADS and not any(word in vocabulary.ABSTRACT for word in words):
        return "in" if sector else "of"
    if not vocabulary.IN_WORDS.isdisjoint(words):
        return "in"
    return "of" if words[-1] == "intensity" else "for"


def definite(phrase: str) -> str:
    """A noun phrase with "the" where its head can be counted: ``the share of generation …``."""
    return f"the {phrase}" if _countable(phrase) else phrase


@lru_cache(maxsize=16384)
def _countable(phrase: str) -> bool:
    """Whether the word before the first preposition is one that takes an article."""
    head = re.split(r" (?:(?:of|from|for|in|among|per|at|by)\b|\()", phrase, maxsplit=1)[0]
    return head.split()[-1:] != [] and head.split()[-1] in vocabulary.COUNTABLE
