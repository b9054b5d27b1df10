"""Cells and labels of the tables of figures."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping
from decimal import Decimal

from factbook.data.labels import inside
from factbook.data.statuses.flags import known_flags
from factbook.evidence.facts import Fact
from factbook.evidence.figures import row_of
from factbook.evidence.references import MINUS
from factbook.evidence.rounding import with_decimals

GAP = "\N{EN DASH}"
MOST_DECIMALS = 12


def label_of(fact: Fact, *, of_metric: bool) -> str:
    """What a fact is about: its subject, its metric where there are several, its scenario."""
    label = f"{fact.subject}: {fact.plain_metric}" if of_metric else fact.subject
    return f"{label}, {fact.scenario}" if fact.scenario else label


def caveat(facts: Iterable[Fact]) -> str:
    """Says when changes do not compare all that the values beside them are made of, or nothing."""
    facts = list(facts)
    if any(fact.derivation.is_like_for_like for fact in facts):
        return ". Some changes compare only what has a value in both periods"
    bases: dict[tuple[str, ...], set[str]] = {}
    for fact in facts:
        if fact.is_value:
            bases.setdefault(row_of(fact), set()).add(fact.derivation.basis)
    if any(len(found) > 1 for found in bases.values()):
        return ". Figures without a change are not comparable: the series has a break between them"
    return ""


def legend(shown: Iterable[Fact], flags: Mapping[str, str]) -> str:
    """What the flags of the figures of a table mean, the worst first: ``. p = provisional``.

    Args:
        shown: The facts in its cells.
        flags: Flag → its meaning.
    """
    codes = {code for fact in shown for code in fact.status.split()}
    return f". {known_flags(flags).legend(codes)}" if codes else ""


def caption_of(title: str, place: str, unit: str) -> str:
    """What stands above a table: ``Unemployment rate, the group, %``."""
    first = title.split(maxsplit=1)[0] if title.strip() else ""
    head = title[:1].upper() + title[1:] if first.islower() else title
    return ", ".join(filter(None, (head, inside(place), unit)))


def decimals_of(values: Iterable[float], unit: str) -> int:
    """Decimals that give the largest of some figures three to four digits; one for per cent.

    None is shown that all figures lack: whole numbers stay whole.
    """
    figures = list(values)
    if unit == "%":
        return 1
    largest = max(map(abs, figures))
    if not largest:
        return 0
    for bound, decimals in ((1000, 0), (10, 1), (1, 2)):
        if largest >= bound:
            return min(decimals, max(map(_decimals_in, figures)))
    return min(2 - math.floor(math.log10(largest)), MOST_DECIMALS)


def _decimals_in(value: float) -> int:
    exponent = Decimal(repr(round(value, 9))).normalize().as_tuple().exponent
    return max(-int(exponent), 0)


def cell(fact: Fact | None, decimals: int) -> str:
    """A figure as it stands in a table, with its flags; a dash where there is none."""
    if fact is None:
        return GAP
    number = f"{with_decimals(fact.value, decimals):,f}".replace("-", MINUS)
    return f"{number} {fact.status}" if fact.status else number
