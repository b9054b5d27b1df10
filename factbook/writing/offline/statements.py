"""Statements: what a section can say, before it is put into words."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Literal

from factbook.config.place_tables import PlaceKind
from factbook.data.series import Place
from factbook.evidence.facts import Fact
from factbook.evidence.rounding import rounded
from factbook.evidence.traits import Traits
from factbook.writing.offline import words
from factbook.writing.offline.topics import Family, Topic
from factbook.writing.offline.words import PlaceName

MANDATORY = 200.0
"""Importance from which a statement is dropped only to keep the most words."""

FOREIGN = frozenset(
    (
        "region_share", "region_share_level", "region_share_before", "region_level",
        "region_partly", "region_moved", "region_before", "region_change",
        "region_like_for_like", "extremes", "largest", "smallest", "smallest_zero",
        "members", "member_shares", "neighbours", "neighbours_above", "neighbours_below",
        "neighbours_zero",
    )
)  # fmt: skip
"""Kinds of statements that name another place."""

BESIDE = FOREIGN | {
    "rank", "rank_before", "rank_counted", "rank_before_counted", "nodes", "more_nodes", "one_node",
}  # fmt: skip
"""Kinds of statements that come after the place's own figures."""

_AMOUNTS = ("stood at", "came to", "amounted to", "stood at")
_LEVELS = ("stood at", "came in at", "stood at")
_RISES = (
    ("rose", "risen", "a rise"),
    ("grew", "grown", "an increase"),
    ("increased", "increased", "an increase"),
    ("climbed", "climbed", "a rise"),
)
_FALLS = (
    ("fell", "fallen", "a fall"),
    ("declined", "declined", "a decline"),
    ("dropped", "dropped", "a drop"),
    ("decreased", "decreased", "a decrease"),
)
SizeOfChange = Literal["slight", "sharp", ""]
"""Whether words may say that a change is small or large."""


@dataclass(frozen=True, slots=True)
class Statement:
    """One thing to say, with the figures that say it.

    Attributes:
        kind: Which table of phrasings puts it into words.
        slots: What the phrasings' slots hold.
        facts: Ids of the facts that it tells; a fact is stated once in a section.
        importance: The larger, the sooner it is taken up.
        order: Where it stands in the narrative.
        family: Number of the metric's family; -1 for a frame, which is about no metric.
        shared: Slots that all statements of its family share.
        names: Slots of metric and subject.
        full: Slots that replace `names` until the metric has been named in full.
        amounts: Verbs of which one fills the slot ``at``.
        foreign: Whether another place is named, so that "the country" would be unclear after it.
        alone: Whether the section has only this metric, which then need not be named every time.
        traits: What may be said of the measure's figures.
    """

    kind: str
    slots: Mapping[str, str]
    facts: tuple[str, ...]
    importance: float
    order: tuple[int, int, int]
    family: int = -1
    shared: Mapping[str, str] = field(default_factory=dict)
    names: Mapping[str, str] = field(default_factory=dict)
    full: Mapping[str, str] | None = None
    amounts: tuple[str, ...] = ("",)
    foreign: bool = False
    alone: bool = False
    traits: Traits = Traits()

    @property
    def block(self) -> tuple[int, int]:
        """Sentences of one block belong into one paragraph if possible."""
        return self.order[:2]

    def filled(self, number: int, *, first: bool) -> dict[str, str]:
        """All slots.

        Args:
            number: Picks the verb.
            first: Whether the metric has not been named yet.
        """
        names = self.full if first and self.full else self.names
        amount = self.amounts[number % len(self.amounts)]
        return {**self.shared, "at": amount, **names, **self.slots}


@dataclass(frozen=True, slots=True)
class Setting:
    """What all statements of a section share.

    Attributes:
        seed: The section's id, from which all choices among phrasings follow.
        place: The section's place.
        name: How it is named.
        region: How the region is named; None where no fact of it is at hand.
        lean: Whether there are few facts for the words asked for, so that each gets a sentence.
        breadth: For how many topics of a family others' figures are stated: enough for the words.
        partial: Whether the facts are a selection from those of several sections, so that the
            largest of them need not be the largest of all.
        place_kind: The kind of places that the report is about.
        is_cut: Whether there are more facts on the place than are at hand.
    """

    seed: str
    place: Place
    name: PlaceName
    region: PlaceName | None
    lean: bool
    breadth: int = 8
    partial: bool = False
    place_kind: PlaceKind = "countries"
    is_cut: bool = False

    def choose(self, options: Sequence[str], *key: str) -> str:
        """One of some options, by a hash that is the same in every process."""
        return options[self.number(*key) % len(options)]

    def number(self, *key: str) -> int:
        """A number that stands for a key within this section."""
        return scattered("|".join((self.seed, *key)))

    @property
    def slots(self) -> dict[str, str]:
        """Slots of the place and the region."""
        nation = words.nation(self.place, self.place_kind)
        region = self.region or self.name
        return {
            "P": self.name.name,
            "Ps": self.name.possessive,
            "nat": nation.name,
            "nats": nation.possessive,
            "places": words.peers(self.place_kind),
            "R": region.name,
            "Rs": region.possessive,
        }


def scattered(key: str) -> int:
    """A number from a text, the same in every process, evenly spread also for like texts."""
    return int.from_bytes(hashlib.blake2b(key.encode(), digest_size=6).digest())


def reference(fact: Fact) -> str:
    """A fact by reference: ``{F12}``."""
    return f"{{{fact.id}}}"


class Teller:
    """Makes the statements about one family of topics.

    Args:
        setting: What all statements of the section share.
        number: Number of the family in the section.
        family: The family.
        alone: Whether it is the section's only one.
    """

    def __init__(self, setting: Setting, number: int, family: Family, *, alone: bool) -> None:
        self.setting = setting
        self.number = number
        self.family = family
        self.alone = alone
        period, amount = family.frequency, family.traits.is_amount
        self._shared = setting.slots | {
            "year": period,
            "years": f"{period}s",
            "largest": "largest" if amount else "highest",
            "smallest": "smallest" if amount else "lowest",
            "larger": "larger" if amount else "higher",
        }
        self._amounts = _AMOUNTS if amount else _LEVELS
        self._made = 0

    def tell(
        self,
        kind: str,
        topic: Topic | None,
        facts: Sequence[Fact],
        importance: float,
        **slots: str,
    ) -> Statement:
        """A statement about a topic, or about the metric alone.

        Args:
            kind: Its table of phrasings.
            topic: What it is about; None when the metric alone is named.
            facts: The facts that it tells.
            importance: Its weight.
            slots: Further slots.
        """
        self._made += 1
        short, full = self._names(topic)
        return Statement(
            kind=kind,
            slots=slots,
            facts=tuple(fact.id for fact in facts),
            importance=importance - 6.0 * self.number,
            order=(self.number, int(kind in BESIDE), self._made),
            family=self.number,
            shared=self._shared,
            names=short,
            full=full,
            amounts=self._amounts,
            foreign=kind in FOREIGN,
            alone=self.alone,
            traits=self.family.traits,
        )

    def direction(self, value: float, size: SizeOfChange, *key: str) -> dict[str, str]:
        """Slots for a movement up or down, with a word for its size where there is one."""
        table = _RISES if value > 0 else _FALLS
        number = self.setting.number(*key, "direction")
        past, participle, noun = table[number % len(table)]
        if size == "slight":
            past, participle = f"{past} slightly", f"{participle} slightly"
        elif size == "sharp" and value < 0 and number & 8:
            past, participle = f"{past} sharply", f"{participle} sharply"
        return {"rose": past, "risen": participle, "a_rise": noun}

    def _names(self, topic: Topic | None) -> tuple[Mapping[str, str], Mapping[str, str] | None]:
        """Slots that name metric and subject: in short, and in full for the first mention."""
        metric = self.family.metric
        name = topic.name if topic else None
        full = _noun_slots(metric, name, short=False)
        if not metric.detail:
            return full, None
        if not self.family.alone:
            return full, None
        return _noun_slots(metric, name, short=True), full


@lru_cache(maxsize=16384)
def _noun_slots(metric: words.MetricName, name: str | None, *, short: bool) -> Mapping[str, str]:
    core = metric.core if short else metric.full
    slots = {"M": core, "TM": words.definite(core)}
    if name is not None:
        noun = words.noun_phrase(metric, name, short=short)
        slots["N"] = noun
        slots["TN"] = words.definite(noun)
        slots["AN"] = words.indefinite(noun)
        slots["S"] = slots["TN"] if name in ("", words.TOTAL) else name
    return slots


def with_figures(pairs: Sequence[tuple[str, Fact]]) -> str:
    """``gas with {F3} and wind with {F4}``."""
    return words.listed([f"{name} with {reference(fact)}" for name, fact in pairs])


def figures_in(pairs: Sequence[tuple[str, Fact]]) -> str:
    """``{F3} in Germany and {F4} in Italy``."""
    return words.listed([f"{reference(fact)} in {name}" for name, fact in pairs])


def figures_beside(pairs: Sequence[tuple[str, Fact]]) -> str:
    """``Germany ({F3}) and Italy ({F4})``."""
    return words.listed([f"{name} ({reference(fact)})" for name, fact in pairs])


def same_figure(one: Fact, other: Fact) -> bool:
    """Whether two facts look the same once they are rounded."""
    return looks_like(one.value, other.value)


def looks_like(one: float, other: float) -> bool:
    """Whether two numbers look the same once they are rounded."""
    return one == other or rounded(one) == rounded(other)
