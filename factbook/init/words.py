"""Headings by which columns are known, in small letters: English, German, French and others.

Names that publishers share stand in `factbook.data.sources.names`.
"""

from __future__ import annotations

import re
from collections.abc import Collection

from factbook.data.sources import names
from factbook.names import name_key

PLACES = frozenset(
    (*names.PLACES, "countries", "state", "states", "place", "city", "county", "province")
    + ("municipality", "district", "economy", "nation", "entity", "nuts", "territory", "zone")
    + ("bidding zone", "country name", "geopolitical entity", "country or area")
    + ("land", "länder", "staat", "region name", "bundesland", "kreis", "gemeinde", "kanton")
    + ("gebiet", "ort", "stadt", "pays", "région", "département", "commune", "ville", "état")
    + ("país", "pais", "región", "provincia", "paese", "regione", "provincie", "gemeente", "kraj")
)  # fmt: skip
PERIODS = frozenset(
    (*names.PERIODS, "years", "day", "week", "time period", "reporting period", "fiscal year", "yr")
    + ("jahr", "monat", "quartal", "zeit", "zeitraum", "datum", "stichtag", "année", "annee", "an")
    + ("mois", "trimestre", "période", "año", "ano", "mes", "anno", "jaar", "rok")
)  # fmt: skip
VALUES = frozenset(
    ("value", "values", "obs_value", "obs value", "observation", "figure", "figures", "amount")
    + ("data", "number", "data value", "wert", "werte", "zahl", "anzahl", "betrag", "valeur")
    + ("valeurs", "montant", "nombre", "valor", "valore", "waarde", "wartość", "quantity")
)  # fmt: skip
MEASURES = frozenset(
    (*names.MEASURES, "indicator name", "series", "series name", "metric", "statistic", "property")
    + ("item", "concept", "measure name", "indicators", "indikator", "merkmal", "kennzahl")
    + ("messgröße", "indicateur", "indicador", "indicatore", "indicator label")
)  # fmt: skip
UNITS = frozenset(
    (*names.UNITS, "unit of measure", "measure unit", "unit label", "uom", "einheit", "maßeinheit")
    + ("unité", "unite", "unidad", "unità", "eenheid", "jednostka")
)  # fmt: skip
STATUSES = frozenset(
    (*names.STATUSES, names.CONFIDENTIALITY, "flag", "flags", "status", "obs status")
    + ("observation status", "quality", "footnote", "footnotes", "note", "notes", "comment")
    + ("anmerkung", "anmerkungen", "fußnote", "remarque", "statut", "flag codes")
)  # fmt: skip
_REMARKS = frozenset(
    ("quality", "footnote", "footnotes", "note", "notes", "comment", "anmerkung", "anmerkungen")
    + ("fußnote", "remarque")
)
FLAGS = STATUSES - _REMARKS
"""Headings of columns of codes, and not of remarks."""

SCENARIOS = frozenset(("scenario", "model", "variant", "projection", "pathway", "szenario"))
_NO_FIGURES = frozenset(
    ("code", "codes", "id", "iso", "iso2", "iso3", "fips", "nuts", "rank", "rang", "lat")
    + ("latitude", "lon", "lng", "longitude", "index", "row", "nr", "lfd", "zip", "plz", "key")
    + ("age", "alter", "âge", "edad", "year", "month", "jahr", "monat", "année", "mois")
    + ("day", "week", "quarter", "weekday", "sequence", "ags", "insee", "decimals", "ordering")
)  # fmt: skip
"""Words in headings of numbers that are labels."""

_WORDS = re.compile(r"[^\W_]+")


def is_one_of(heading: str, known: Collection[str]) -> bool:
    """Whether a heading is one of a list, as it stands, or as the id of ``GEO: Area``."""
    text = name_key(heading)
    spaced = " ".join(_WORDS.findall(text))
    return bool({text, spaced, name_key(names.id_of(heading))} & set(known))


def has_word_of(heading: str, known: Collection[str]) -> bool:
    """Whether one of a heading's words is one of a list."""
    return not set(known).isdisjoint(_WORDS.findall(name_key(heading)))


def names_no_figures(heading: str) -> bool:
    """Whether the numbers below a heading are labels: codes, ranks, ages, coordinates."""
    words = _WORDS.findall(name_key(heading))
    return bool(words) and (words[-1] in _NO_FIGURES or words[0] in ("lfd", "id", "iso", "index"))
