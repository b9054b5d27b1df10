"""Names of places in the world: codes, names, groups, aggregates."""

from __future__ import annotations

import re
import unicodedata
from difflib import get_close_matches
from functools import cache, cached_property

import pandas as pd
from babel import Locale
from country_converter import CountryConverter

from factbook.data.places.atlas import Noun
from factbook.data.places.country_names import NO_COUNTRY, OTHER_NAMES, is_whole_name, words
from factbook.errors import nearest
from factbook.names import LONGEST_NAME, name_key, tidy, without_format

_NAME_COLUMNS = ("ISO2", "ISO3", "name_short", "name_official")
_ALIASES = {"UK": "GB", "EL": "GR", "XKX": "XK", "KOS": "XK", "OWID KOS": "XK"}

# Columns of country-converter with the members of a group: empty for countries outside it.
_GROUP_COLUMNS = (
    "APEC", "BASIC", "BRIC", "CIS", "CoE", "EEA", "EU", "EU12", "EU15", "EU25", "EU27",
    "EU27_2007", "EU28", "EURO", "G20", "G7", "OECD", "Schengen", "UNmember",
)  # fmt: skip
_REGION_COLUMNS = ("continent", "Continent_7", "UNregion")
_GROUP_ALIASES = {
    "EU27_2020": "EU27", "European Union": "EU27", "Euro area": "EURO", "Eurozone": "EURO",
    "UN": "UNmember",
}  # fmt: skip

# "China excluding Hong Kong" is China, and so is a country with what its figures cover.
_EXCLUSION = re.compile(
    r"(?<!\s)\s*+[(,]?+\s*+\b(excl|without\b|w/o\b|except\b|incl|until\b|under\b|since\b).*",
    re.IGNORECASE,
)

# Never a country, whatever else the label contains.
_SURELY_AGGREGATE = re.compile(
    r"(e[ua]|ue)[\s_-]*\(?\d\d\b.*|(e[ua]|ue)\d\d.*|eu|ea|eea|efta|euro(pean)?[\s_-]*(area|zone).*"
    r"|european[\s_]union.*|(rest|others?|total|all|non|former|sum)\b[\s_-]?.*"
    r"|(world|global|opec|oecd|nato|brics?|asean|mena|latam|ldcs?|row|cis|g\d+)\b.*"
    r"|(inter|supra)national.*|(un|not[\s_])(specified|allocated).*|soviet union.*|ussr"
    r"|czechoslovakia.*|yugoslavia.*|serbia (and|&) montenegro|owid .*|(intra|extra)[\s_-]eu.*"
    r"|scandinavia.*|(ibrd|ida)\b.*(total|only|blend)"
    # The World Bank's codes of groups; none of them is a country's.
    r"|arb|css|ceb|ear|eas|eap|tea|emu|ecs|eca|tec|euu|fcs|hpc|hic|ibd|ibt|idb|idx|ida|lte|lcn|lac"
    r"|tla|ldc|lmy|lic|lmc|mea|mna|tmn|mic|nac|oed|oss|pss|pst|sst|sas|tsa|ssf|ssa|tss|umc|wld"
)
_AGGREGATE_WORD = re.compile(
    r"\b(europe|european|asia|asian|africa|african|americas?|american|oceania|antarctica|pacific"
    r"|caribbean|middle east|mediterranean|nordics?|baltics?|benelux|balkans?|world|countries"
    r"|economies|income|developing|developed|emerging|region|area|union|commonwealth"
    r"|small states|fragile|indebted|dividend)\b"
)

# Languages in which the name of a country is likely to appear in a table.
_LANGUAGES = (
    "de", "fr", "es", "it", "pt", "nl", "pl", "cs", "sk", "sl", "hr", "hu", "ro", "bg", "el",
    "da", "sv", "nb", "fi", "et", "lv", "lt", "tr", "uk", "ru", "sr", "ar", "he", "fa", "hi",
    "ja", "ko", "zh", "id", "vi", "th", "ca", "eu", "ga", "is", "mt", "sq", "mk", "bs",
)  # fmt: skip


class Gazetteer:
    """Countries and groups of country-converter, and their names in many languages.

    Attributes:
        names: Code (ISO 3166 alpha-2) → English name.
    """

    noun = Noun("country", "countries", "ISO 3166 codes of two letters; UK and EL are accepted")

    def __init__(self) -> None:
        data = CountryConverter().data
        codes = [_plain_code(code) for code in data["ISO2"].tolist()]
        self.names: dict[str, str] = dict(zip(codes, data["name_short"].tolist(), strict=True))
        self._groups = _groups(data, codes)
        columns = [data[column].astype(str).tolist() for column in _NAME_COLUMNS]
        self._own_names = list(zip(codes, *columns, strict=True))
        self._exact: dict[str, str] = {}
        for names in columns:
            for name, code in zip(names, codes, strict=True):
                self._exact.setdefault(name_key(name), code)
        for name, code in (*_ALIASES.items(), *zip(codes, codes, strict=True)):
            self._exact[name_key(name)] = code
        self._official: list[str] = data["name_official"].tolist()
        patterns = data["regex"].tolist()
        self._patterns = [
            (re.compile(pattern, re.IGNORECASE), code)
            for pattern, code in zip(patterns, codes, strict=True)
        ]

    @property
    def groups(self) -> tuple[str, ...]:
        """Names of all groups whose members are known."""
        return tuple(self._groups)

    def members(self, group: str) -> tuple[str, ...] | None:
        """Codes of a group's members, or None when there is no such group."""
        name = self._group_by_fold.get(_fold(group), "")
        return self._groups.get(_GROUP_ALIASES.get(name, name))

    @cached_property
    def _group_by_fold(self) -> dict[str, str]:
        return {_fold(name): name for name in (*self._groups, *_GROUP_ALIASES)}

    def code(self, name: str) -> str | None:
        """Code of the country that a name, alias or code denotes, or None.

        The whole name must be the country's, but for what is known to stand beside one: Inner
        Mongolia is not Mongolia, Southern Africa not South Africa, England not the United Kingdom.
        """
        if len(name) > LONGEST_NAME:
            return None
        text = _plain(name)
        exact = self._exact.get(name_key(text))
        if exact:
            return exact
        if self._is_surely_aggregate(text) or name_key(text) in NO_COUNTRY:
            return None
        text = _EXCLUSION.sub("", text)
        if len(text) < 3:
            return None
        found = {code for pattern, code in self._patterns if pattern.search(text)}
        if found:
            code = found.pop()
            return code if not found and self._is_whole(text, code) else None
        return self._local_names.get(name_key(text))

    def _is_whole(self, text: str, code: str) -> bool:
        """Whether a text that contains a country's name has nothing in it of another place's."""
        if is_whole_name(text, code, self._words_of[code]):
            return True
        # Last, as it takes the names of all languages: a third of a second and 45 MB.
        return self._local_names.get(name_key(text)) == code

    @cached_property
    def _words_of(self) -> dict[str, frozenset[str]]:
        """Code → the words of the country's names in English, and its codes."""
        english = Locale.parse("en").territories
        return {
            code: words(" ".join((code, *names, english.get(code, ""), OTHER_NAMES.get(code, ""))))
            for code, *names in self._own_names
        }

    def is_aggregate(self, name: str) -> bool:
        """Whether a name denotes several countries: EU28, World, OECD, High-income countries.

        A near miss of a country's name (``Untied States of America``) is a misspelling.
        """
        if len(name) > LONGEST_NAME or self.code(name):
            return False
        text = _plain(name)
        if self._is_surely_aggregate(text) or self.members(text) is not None:
            return True
        if name_key(text) in self._local_aggregates:
            return True
        return bool(_AGGREGATE_WORD.search(text.casefold())) and not self._is_slip(text)

    def nearest(self, name: str) -> str:
        """The English name of the country spelt most like `name`, or an empty string."""
        return nearest(name, self.names.values())

    def _is_slip(self, text: str) -> bool:
        """Whether a text is a country's name except for a letter or two.

        It decides on what the text means, and so does not depend on what else was looked up.
        """
        fold, near = text.casefold(), range(len(text) * 4 // 5, len(text) * 5 // 4 + 1)
        names = [name for length in near for name in self._folds_by_length.get(length, ())]
        return bool(get_close_matches(fold, names, n=1, cutoff=0.9))

    @cached_property
    def _folds_by_length(self) -> dict[int, list[str]]:
        """Names of countries without regard to case: those of other lengths are not alike."""
        found: dict[int, list[str]] = {}
        for name in map(str.casefold, (*self.names.values(), *self._official)):
            found.setdefault(len(name), []).append(name)
        return found

    @staticmethod
    def _is_surely_aggregate(text: str) -> bool:
        return bool(_SURELY_AGGREGATE.fullmatch(text.casefold()))

    @cached_property
    def _territories(self) -> tuple[dict[str, str], frozenset[str]]:
        """Local name → code, and names of the world and its parts; read on first use."""
        names: dict[str, str] = {}
        aggregates: set[str] = set()
        clashes: set[str] = set()
        for language in _LANGUAGES:
            for territory, name in Locale.parse(language).territories.items():
                text = name_key(name)
                if territory in self.names:
                    if names.setdefault(text, territory) != territory:
                        clashes.add(text)
                elif territory.isdigit() or territory in ("EU", "EZ", "UN"):
                    aggregates.add(text)
        return {k: v for k, v in names.items() if k not in clashes}, frozenset(aggregates)

    @property
    def _local_names(self) -> dict[str, str]:
        return self._territories[0]

    @property
    def _local_aggregates(self) -> frozenset[str]:
        return self._territories[1]


@cache
def gazetteer() -> Gazetteer:
    """The one gazetteer of the process; loading it takes a tenth of a second."""
    return Gazetteer()


def _plain(name: str) -> str:
    """A name with blanks for underscores, without unseen characters, and in one form (NFC)."""
    return tidy(without_format(unicodedata.normalize("NFC", name.replace("_", " "))))


def _plain_code(pattern: str) -> str:
    """``GR`` of ``^GR$|^EL$``, as country-converter writes codes that have an alias."""
    return re.sub(r"[^A-Z|]", "", str(pattern)).split("|")[0]


def _groups(frame: pd.DataFrame, codes: list[str]) -> dict[str, tuple[str, ...]]:
    groups: dict[str, tuple[str, ...]] = {}
    for column in _GROUP_COLUMNS:
        belongs = frame[column].notna().tolist()
        groups[column] = tuple(c for c, is_in in zip(codes, belongs, strict=True) if is_in)
    for column in _REGION_COLUMNS:
        labels = frame[column].tolist()
        for label in dict.fromkeys(labels):
            members = tuple(c for c, text in zip(codes, labels, strict=True) if text == label)
            groups.setdefault(str(label), members)
    groups["World"] = tuple(codes)
    return groups


def _fold(name: str) -> str:
    return re.sub(r"[\s_-]+", "", name.casefold())
