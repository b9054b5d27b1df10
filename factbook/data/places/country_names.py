"""Whole names of countries: what may stand beside one without making it another place's."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Set

from factbook.names import name_key

_WORD = re.compile(r"[^\W_]+")

# Words of forms of state, articles, and additions of publishers ("Egypt, Arab Rep.").
_BESIDE_ANY = frozenset(
    (
        *("the", "of", "and", "de", "la", "le", "du", "des", "p", "r", "rep", "republic"),
        *("democratic", "dem", "people", "peoples", "federal", "federated", "federative", "fed"),
        *("sts", "islamic", "arab", "plurinational", "bolivarian", "kingdom", "principality"),
        *("grand", "duchy", "sultanate", "socialist", "cooperative", "independent", "hashemite"),
        *("united", "sar", "administrative", "yugoslav", "fyr"),
    )
)

# Words that mean another place but for some countries: "Mainland China", not "Mainland Norway".
_BESIDE = {
    "british": "VG IO",
    "city": "VA",
    "commonwealth": "AU BS DM MP PR",
    "dutch": "SX",
    "federation": "RU KN",
    "former": "MK",
    "french": "MF PF GF TF",
    "greek": "CY",
    "is": "FK MH SB CC CK FO",
    "island": "BV CX HM NF PN IM",
    "islands": "AX BV CC CK FK FO HM KY MH MP SB SJ TC UM VG VI WF GS PN",
    "mainland": "CN",
    "metropolitaine": "FR",
    "metropolitan": "FR",
    "part": "SX MF CY",
    "pdr": "LA",
    "province": "TW",
    "rb": "VE",
    "region": "HK MO",
    "special": "HK MO",
    "state": "PS KW QA IL ER LY PG WS BO MM",
    "states": "US FM KN",
    "territory": "PS IO AU",
    "union": "KM MM",
}

OTHER_NAMES = {
    "AW": "netherlands",
    "AX": "aland",
    "BA": "herz",
    "BL": "st",
    "BQ": "caribbean netherlands bonaire eustatius sint saba",
    "CD": "zaire kinshasa drc",
    "CG": "brazzaville roc",
    "CI": "ivory coast divoire",
    "CN": "prc",
    "CV": "cape verde",
    "CW": "netherlands",
    "CZ": "czech czechia",
    "DE": "frg gdr",
    "FK": "malvinas",
    "FO": "faeroe",
    "GB": "uk",
    "HK": "china hongkong",
    "IE": "eire",
    "KN": "st",
    "KP": "north dprk",
    "KR": "south rok",
    "LA": "lao pdr",
    "LC": "st",
    "LY": "libyan jamahiriya",
    "MF": "saint",
    "MK": "macedonia fyrom",
    "MM": "burma",
    "MO": "macau china",
    "NL": "holland",
    "PM": "st",
    "PS": "palestine palestinian west bank gaza strip occupied authority",
    "SH": "st",
    "ST": "saotome",
    "SX": "saint",
    "SZ": "swaziland",
    "TL": "east timor leste",
    "TR": "turkey turkiye",
    "TW": "china chinese taipei",
    "UM": "u s us",
    "US": "usa u s a",
    "VA": "vatican holy see",
    "VC": "st",
    "VI": "us",
    "VN": "viet nam",
    "WS": "western",
    "XK": "unscr united nations security council resolution 1244 99 1999",
}
"""Code → words of names that neither country-converter nor Unicode's English list has.

They are those of the World Bank, the UN, the IMF, Eurostat and Our World in Data.
"""

NO_COUNTRY = frozenset({"new guinea"})
"""An island that two countries share, though one of them is called after it."""


def is_whole_name(text: str, code: str, own: Set[str]) -> bool:
    """Whether a text that contains a country's name has nothing in it of another place's.

    Args:
        text: ``Egypt, Arab Rep.`` is one, ``Inner Mongolia`` and ``Paris, France`` are none.
        code: The country's code.
        own: The words of the country's names, by `words`.
    """
    found = words(text)
    return bool(found & own) and all(
        word in _BESIDE_ANY or code in _BESIDE.get(word, "").split() for word in found - own
    )


def words(text: str) -> frozenset[str]:
    """The words of a name without regard to case and accents: ``reunion``, ``dem``, ``s``."""
    letters = unicodedata.normalize("NFD", name_key(text))
    plain = "".join(letter for letter in letters if not unicodedata.combining(letter))
    return frozenset(_WORD.findall(plain))
