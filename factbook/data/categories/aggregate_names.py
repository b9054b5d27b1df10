"""What the name of a category says about its parts: words, joined names, `X|Y`, flows."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

from factbook.names import tidy

TOTAL = "-"
"""The subject that denotes a total in the data."""

_NAMES = frozenset(
    (TOTAL, "total", "totals", "all", "sum", "overall", "grand total", "all products")
    + ("all sectors", "all categories", "all fuels", "all sources", "gesamt", "insgesamt", "summe")
    + ("totaal", "totale", "totaux", "total général", "ensemble", "suma", "razem", "celkem")
)
_WORD = re.compile(r"\w+")
_BRACKETS = re.compile(r"\([^()]*\)")

_FOSSIL = frozenset(
    ("coal", "hard coal", "brown coal", "lignite", "peat", "oil shale", "gas", "natural gas")
    + ("oil", "other fossil", "coal and lignite", "c0000x0350-0370", "c0350-0370", "g3000")
    + ("o4000xbio", "p1000", "s2000")
)
_RENEWABLE = frozenset(
    ("hydro", "hydropower", "wind", "wind onshore", "wind offshore", "onshore wind")
    + ("offshore wind", "solar", "solar pv", "solar thermal", "bioenergy", "biomass", "biofuels")
    + ("geothermal", "marine", "tidal", "wave", "other renewables", "ra100", "ra200", "ra300")
    + ("ra410", "ra420", "ra500")
)
_WORDS: Mapping[str, frozenset[str]] = {
    **dict.fromkeys(
        ("fossil", "fossils", "fossil fuel", "fossil fuels", "all fossil", "total fossil", "fe"),
        _FOSSIL,
    ),
    **dict.fromkeys(
        ("renewable", "renewables", "all renewables", "total renewables", "ra000"), _RENEWABLE
    ),
    **dict.fromkeys(("clean", "low carbon", "low-carbon", "zero carbon"), _RENEWABLE | {"nuclear"}),
    **dict.fromkeys(("non-renewable", "non-renewables"), _FOSSIL | {"nuclear"}),
    **dict.fromkeys(
        ("thermal", "conventional", "variable renewables", "subtotal", "sub-total"), frozenset()
    ),
}
"""Names that often are sums of others → names of what they hold. Fuels as in Ember's Yearly
Electricity Data; codes of Eurostat's SIEC, https://dd.eionet.europa.eu/vocabulary/eurostat/siec"""

_FLOWS = re.compile(
    r"\b(imp|imports?|exp|exports?|net|loss(es)?|balance|stocks?|stk_chg|pumping|charging)\b"
)
_LONGEST_NAME = 500  # letters; what is longer is no list of names
_MOST_LEVELS = 100


def is_total(subject: str, metric: str = "") -> bool:
    """Whether a category is the total of the others by its name.

    Args:
        subject: The category.
        metric: Its property: "Total generation" is the total of "Electricity generation", and
            "All hospitals" that of "Hospitals".
    """
    name = tidy(subject).casefold()
    if name in _NAMES:
        return True
    rest = _WORD.findall(name)
    words = _WORD.findall(_BRACKETS.sub(" ", metric.casefold()))
    is_whole = rest[:1] == ["all"] or {"total", "totals"}.intersection(rest[:1] + rest[-1:])
    if not words or not is_whole:
        return False
    said = set(rest) - {"total", "totals", "all"}
    return words[-1] in said and said <= set(words)


def is_named_aggregate(name: str, metric: str = "") -> bool:
    """Whether a category is called as sums of other categories often are: Fossil, Clean, Total."""
    return tidy(name).casefold() in _WORDS or is_total(name, metric)


def is_flow(name: str) -> bool:
    """Whether a category may be a term of a balance: imports, losses, change of stocks."""
    return _FLOWS.search(name[:_LONGEST_NAME].casefold()) is not None


def known_parts(name: str, categories: Sequence[str]) -> tuple[str, ...]:
    """The categories that a published list counts among the parts of `name`, two or more.

    Args:
        name: A category: "Fossil" holds "Coal" and "Gas".
        categories: All categories.
    """
    listed = _WORDS.get(tidy(name).casefold(), frozenset())
    found = tuple(other for other in categories if tidy(other).casefold() in listed)
    return found if len(found) > 1 else ()


def joined_parts(categories: Sequence[str]) -> dict[str, tuple[str, ...]]:
    """Category whose name joins those of others → these, if each of them is there.

    Args:
        categories: All categories, with "Hydro, Bioenergy and Other Renewables", "Wind & Solar",
            "Oil + Gas" perhaps among them.
    """
    by_fold = {tidy(name).casefold(): name for name in categories}
    found = {}
    for fold, name in by_fold.items():
        text = fold if len(fold) <= _LONGEST_NAME else ""
        for mark in (" and ", " & ", " + ", ", "):
            text = text.replace(mark, "\n")
        words = list(dict.fromkeys(word.strip(" ,") for word in text.split("\n")))
        if len(words) > 1 and all(word in by_fold for word in words):
            found[name] = tuple(by_fold[word] for word in words)
    return found


def children(
    categories: Sequence[str], parents: Mapping[str, str] | None = None
) -> dict[str, tuple[str, ...]]:
    """Parent → its children among the categories, by a code list or by names of the form ``X|Y``.

    A child of a parent that is not there belongs to the nearest one above that is, of the next
    hundred.

    Args:
        categories: All categories.
        parents: Child → parent, of a code list; names that it lacks are read by their bars.
    """
    there = set(categories)
    found: dict[str, list[str]] = {}
    for name in categories:
        above = name
        for _ in range(_MOST_LEVELS):
            above = _above(above, parents or {})
            if above in ("", name):
                break
            if above in there:
                found.setdefault(above, []).append(name)
                break
    return {parent: tuple(names) for parent, names in found.items()}


def _above(name: str, parents: Mapping[str, str]) -> str:
    return parents[name] if name in parents else name.rpartition("|")[0].strip()
