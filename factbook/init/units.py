"""Names and units in headings and titles: ``GDP (million EUR)``, ``Stromerzeugung in GWh``."""

from __future__ import annotations

import re

from factbook.data.grids.values import years_within
from factbook.measures.units import read_unit
from factbook.names import tidy

_LONGEST_NAME = 120
_BRACKETS = re.compile(r"[(\[]([^()\[\]]{1,60})[)\]]")
_THOUSANDS = re.compile(r"(\d)[ .\u00a0\u202f](\d{3})\b")
_LEADING_THOUSAND = re.compile(r"^('000|1,000|1000|000s?|1000000|1,000,000)\s++(?=\w)")
_MULTIPLIERS = {
    "'000": "thousand", "1,000": "thousand", "1000": "thousand", "000": "thousand",
    "000s": "thousand", "1000000": "million", "1,000,000": "million",
}  # fmt: skip
_WORDS = re.compile(r"[^\W\d_]+|[^\w\s]|\d+")
_LEADING = ("in ", "unit: ", "units: ", "einheit: ", "unité : ", "unité: ", "en ", "measured in ")
_SYMBOLS = ("energy", "mass", "money", "power", "area", "per_cent", "temperature")
_SCALES = ("thousand", "million", "billion", "trillion", "thousands", "millions", "billions")
"""Quantities whose unit may end a heading such as ``coal_TWh``; ``live_births`` has none."""

_ENGLISH = {
    "tsd": "thousand", "tausend": "thousand", "mio": "million", "millionen": "million",
    "mrd": "billion", "milliarden": "billion", "milliers": "thousand", "millier": "thousand",
    "milliards": "billion", "prozent": "%", "euro": "EUR", "euros": "EUR", "personen": "persons",
    "personnes": "persons", "einwohner": "inhabitants", "habitants": "inhabitants",
    "habitant": "inhabitant", "tonnen": "tonnes", "je": "per", "pro": "per", "par": "per",
    "anzahl": "number", "nombre": "number", "jahre": "years", "jahren": "years", "ans": "years",
    "années": "years", "stunden": "hours", "heures": "hours", "tage": "days", "jours": "days",
    "kopf": "head", "de": "", "d": "", "fälle": "cases", "geburten": "births",
}  # fmt: skip
"""Words of units in German and French → those of the table of units."""


_SPELLED = {
    text.casefold(): text
    for text in ("kWh", "MWh", "GWh", "TWh", "kW", "GW", "kJ", "GJ", "TJ", "PJ", "EJ", "thousand")
} | {"thousands": "thousand", "millions": "million", "billions": "billion", "annual %": "%"}
"""Units that headings seldom write as they are written: in small letters → as they are."""

_ABOUT_FILES = frozenset(
    ("monthly", "quarterly", "annual", "yearly", "daily", "data", "dataset", "table", "csv")
    + ("final", "clean", "cleaned", "export", "raw", "new", "copy")
)
_NO_WORDS = re.compile(r"v\d+|ds\d+|\d{1,3}|en|fr|de")
_KNOWN_ACRONYMS = frozenset(
    ("us", "usa", "uk", "eu", "un", "oecd", "owid", "imf", "who", "fao", "iea", "irena", "iamc")
    + ("ecb", "gdp", "gni", "cpi", "hicp", "ppp", "gerd", "pisa", "ghg", "api", "wdi")
    + ("nuts", "etm", "ipcc", "unhcr", "ilo", "wto")
)

_KNOWN = {
    "pop": ("Population", "persons"), "population": ("Population", "persons"),
    "bevölkerung": ("Bevölkerung", "persons"), "einwohner": ("Einwohner", "persons"),
    "lifeexp": ("Life expectancy", "years"), "life expectancy": ("Life expectancy", "years"),
    "gdppercap": ("GDP per capita", "1"), "gdp per capita": ("GDP per capita", "1"),
    "deaths": ("Deaths", "deaths"), "births": ("Births", "births"), "cases": ("Cases", "cases"),
    "décès": ("Décès", "deaths"), "naissances": ("Naissances", "births"),
    "todesfälle": ("Todesfälle", "deaths"), "sterbefälle": ("Sterbefälle", "deaths"),
    "geburten": ("Geburten", "births"),
}  # fmt: skip
"""Headings that say what they count without a unit → name and unit."""


def known_name(heading: str) -> tuple[str, str] | None:
    """Name and unit of a heading that many tables have without a unit; None for others."""
    return _KNOWN.get(tidy(heading.replace("_", " ")).casefold())


def capitalised(name: str) -> str:
    """A name as it begins a title: ``rate`` is ``Rate``; ``kWh``, ``pH`` and codes stay."""
    first = name.split(maxsplit=1)[0] if name.strip() else ""
    return name[:1].upper() + name[1:] if first.islower() else name


def readable(stem: str) -> str:
    """A file's name as a title: ``us_employment_monthly`` is ``US employment``."""
    words = re.split(r"[\s_.-]+|(?<=[a-z])(?=\d{4}\b)", stem.strip())
    while len(words) > 1 and (
        words[-1].casefold() in _ABOUT_FILES or _NO_WORDS.fullmatch(words[-1].casefold())
    ):
        words.pop()
    again = [word for at, word in enumerate(words) if word and word not in words[at - 1 : at]]
    return capitalised(with_acronyms(" ".join(again))) or stem


def with_acronyms(name: str) -> str:
    """A name whose acronyms have capitals: ``gdp growth`` is ``GDP growth``."""
    words = name.split(" ")
    return " ".join(w.upper() if w.casefold() in _KNOWN_ACRONYMS else w for w in words)


def is_code(name: str) -> bool:
    """Whether a name is a code, which tells readers nothing: ``DSP_I_RCV_E``, ``GEN``."""
    return name == name.upper() and " " not in name.strip() and name.isascii()


def is_unit(text: str) -> bool:
    """Whether a text is a unit that the published table knows."""
    found = read_unit(text)
    return found.quantity is not None or found.is_ratio


def english_unit(text: str) -> str:
    """A unit, in English words if it is only known in these; empty if it is no unit at all."""
    text = tidy(text)
    for lead in _LEADING:
        if text.casefold().startswith(lead):
            text = text[len(lead) :].strip()
    text = _THOUSANDS.sub(r"\1\2", text)
    text = _LEADING_THOUSAND.sub(lambda found: _MULTIPLIERS[found[1]] + " ", text)
    if not text or len(text) > _LONGEST_NAME or text.isdigit():
        return ""
    if is_unit(text):
        return _SPELLED.get(text.casefold(), text)
    words = [_ENGLISH.get(word.casefold(), word) for word in _WORDS.findall(text) if word != "."]
    translated = " ".join(word for word in words if word)
    return translated if is_unit(translated) else ""


def name_and_unit(text: str) -> tuple[str, str]:
    """The name of what is measured and its unit, of a heading or a title; either may be empty.

    A unit stands in brackets, after a comma, after *in*, or after the last ``_``. Years at the end
    are no part of a name, and a name has no commas, by which the sheet's lists are divided.
    """
    unit = ""
    for found in reversed(list(_BRACKETS.finditer(text))):
        unit = english_unit(found[1])
        if unit:
            text = text[: found.start()] + text[found.end() :]
            break
    pieces = [piece.strip() for piece in text.split(",")]
    kept = []
    for at, piece in enumerate(pieces):
        found_unit = "" if unit or not at else english_unit(piece)
        unit = unit or found_unit
        is_when = bool(years_within(piece)) and not any(letter.isalpha() for letter in piece)
        if piece and not found_unit and not is_when:
            kept.append(piece)
    name = " ".join(kept[:1])
    if not unit:
        name, unit = _tail(name)
    return _name(name, kept[1:]), unit


def _tail(name: str) -> tuple[str, str]:
    """Name and unit of ``generation in GWh`` and ``coal_TWh``."""
    head, _, tail = name.rpartition(" in ")
    if head and (unit := english_unit(tail)):
        return head, unit
    parts = name.split("_")
    for count in (3, 2, 1):
        unit = english_unit(" ".join(parts[-count:])) or " ".join(parts[-count:]).strip()
        known = read_unit(unit).quantity
        is_scale = unit in _SCALES
        if len(parts) > count and known and (is_scale or known.name in _SYMBOLS):
            return " ".join(parts[:-count]), unit
    return name, ""


def _name(name: str, details: list[str]) -> str:
    text = tidy(name.replace("_", " ")).strip(" :.–—-")
    more = "; ".join(details).replace("(", "").replace(")", "")
    text = f"{text} ({more})" if more and text else text
    return text if len(text) <= _LONGEST_NAME else text[:_LONGEST_NAME].rsplit(" ", 1)[0]
