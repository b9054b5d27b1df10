"""Places without a list: every name in the data, and the codes of NUTS regions."""

from __future__ import annotations

import re
from collections.abc import Mapping
from hashlib import sha256

from slugify import slugify

from factbook.data.places.atlas import Noun, is_sum_of_places
from factbook.data.places.gazetteer import gazetteer
from factbook.names import LONGEST_NAME, name_key, tidy


class OpenAtlas:
    """Every name in the data is a place.

    A code is made of the name's letters and digits alone, so that it stays the same whatever else
    the data have: ``São Paulo`` is ``sao-paulo``.

    Attributes:
        alike: Code → the names that it was made of, where they are several.
    """

    noun = Noun("place", "places", "lower-case letters, digits and hyphens")
    groups: tuple[str, ...] = ()

    def __init__(self) -> None:
        self.names: dict[str, str] = {}
        self._keys: dict[str, str] = {}
        self.alike: dict[str, tuple[str, str]] = {}

    def members(self, group: str) -> None:
        """None: there are no groups."""

    def code(self, name: str) -> str | None:
        """The name's code; None for a blank, and for the sum of all places."""
        if len(name) > LONGEST_NAME or is_sum_of_places(name):
            return None
        code = code_of(name)
        if not code:
            return None
        known, key = self._keys.setdefault(code, name_key(name)), name_key(name)
        self.names.setdefault(code, tidy(name))
        if known != key and key != code:
            self.alike.setdefault(code, (self.names[code], tidy(name)))
        return code

    def is_aggregate(self, name: str) -> bool:
        """Whether a name is that of the sum of all places."""
        return is_sum_of_places(name)


def code_of(name: str) -> str:
    """A code of lower-case ASCII letters, digits and hyphens; empty for a name without letters.

    Names of other scripts are transliterated (python-slugify), which makes one of several: they
    have a digest in their code.
    """
    code = slugify(name, max_length=60)
    if not code:
        return ""
    letters = [letter for letter in name if letter.isalpha()]
    is_latin = all(ord(letter) < 0x250 or 0x1E00 <= ord(letter) < 0x1F00 for letter in letters)
    return code if is_latin and len(code) < 60 else f"{code}-{_digest(name)}"


def _digest(name: str) -> str:
    return sha256(name_key(name).encode("utf-8", "surrogatepass")).hexdigest()[:6]


_NUTS = re.compile(r"[A-Z]{2}[0-9A-Z]{1,3}")
_EXTRA_REGIO = re.compile(r"[A-Z]{2}Z{1,3}")


class NutsAtlas:
    """Statistical regions of the EU and its neighbours, of one level, by code.

    A code is that of the country (``EL`` and ``UK`` as Eurostat writes them) and a letter or digit
    a level: Regulation (EC) No 1059/2003, and Eurostat's statistical regions of EFTA and candidate
    countries. Names come from a list, if there is one; a country or a region of a higher level is
    a group of those in the data, and so is a group of countries (``EU27``).

    Args:
        level: 1 to 3.
        listed: Code → name, of regions of any level.
    """

    groups: tuple[str, ...] = ()

    def __init__(self, level: int, listed: Mapping[str, str]) -> None:
        self.noun = Noun("region", "regions", f"NUTS codes of level {level}")
        self._length = 2 + level
        self._listed = {code: name for code, name in listed.items() if len(code) == self._length}
        self._by_name = {name_key(name): code for code, name in self._listed.items()}
        self._groups = {name_key(n): c for c, n in listed.items() if len(c) < self._length}
        self.names: dict[str, str] = {}

    def members(self, group: str) -> tuple[str, ...] | None:
        """Codes of the regions of a country, of a higher region, or of a group of countries."""
        text = self._groups.get(name_key(group), tidy(group).upper())
        if self._is_nuts(text) and len(text) < self._length:
            return tuple(code for code in self.names if code.startswith(text))
        country = gazetteer().code(group)
        countries = (country,) if country else gazetteer().members(group)
        if countries is None:
            return None
        return tuple(code for code in self.names if _country(code) in countries)

    def code(self, name: str) -> str | None:
        """Code of the region, by its code in any case or its name in the list."""
        if len(name) > LONGEST_NAME:
            return None
        text = tidy(name).upper()
        is_code = self._is_nuts(text) and len(text) == self._length
        code = text if is_code else self._by_name.get(name_key(name))
        if code is None or _EXTRA_REGIO.fullmatch(code):
            return None
        self.names.setdefault(code, self._listed.get(code, code))
        return code

    def is_aggregate(self, name: str) -> bool:
        """Whether a name denotes regions of another level, countries, or what is in no region."""
        if len(name) > LONGEST_NAME or self.code(name):
            return False
        return (
            self._is_nuts(tidy(name).upper())
            or name_key(name) in self._groups
            or is_sum_of_places(name)
            or gazetteer().code(name) is not None
            or gazetteer().is_aggregate(name)
        )

    def _is_nuts(self, text: str) -> bool:
        return bool(_NUTS.fullmatch(text)) and _country(text) in _european()


def _country(code: str) -> str | None:
    return gazetteer().code(code[:2])


def _european() -> frozenset[str | None]:
    """Countries with statistical regions: those of Europe, Cyprus and Türkiye."""
    return frozenset((*(gazetteer().members("Europe") or ()), "CY", "TR"))
