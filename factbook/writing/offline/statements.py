"""Statements: what a section can say, before it is put into words."""

from __future__ import annotations

import zlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from factbook.data.series import Place
from factbook.evidence.facts import Fact
from factbook.evidence.references import format_fact
from factbook.writing.offline import words
from factbook.writing.offline.topics import Family, Topic
from factbook.writing.offline.words import PlaceName

MANDATORY = 200.0
"""Importance from which a statement is dropped only to keep the most words."""

FOREIGN = frozenset(
    (
        "region_share", "region_share_level", "region_share_before", "region_level",
        "region_moved", "region_before", "region_change", "extremes", "largest", "smallest",
        "smallest_zero", "members", "member_shares", "neighbours", "neighbours_above",
        "neighbours_below",
    )
)  # fmt: skip
"""Kinds of statements that name another place."""

BESIDE = FOREIGN | {"rank", "rank_before", "nodes", "more_nodes", "one_node"}
"""Kinds of statements that come after the place's own figures."""

_AMOUNTS = ("stood at", "came to", "amounted to", "stood at")
_RATIO_AMOUNTS = ("stood at", "came in at", "stood at")
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
SLIGHT_PERCENT = 5.0
SHARP_PERCENT = 40.0


@dataclass(frozen=True, slots=True)
class Statement:
    """One thing to say, with the figures that say it.

    Attributes:
        kind: Which table of phrasings puts it into words.
        slots: What the phrasings' slots hold.
        facts: Ids of the facts that it tells; a fact is told once in a section.
        importance: The larger, the sooner it is taken up.
        order: Where it stands in the narrative.
        family: Number of the metric's family; -1 for a frame, which is about no metric.
        full: Slots that replace others until the metric has been named in full.
        foreign: Whether another place is named, so that "the country" would be unclear after it.
        alone: Whether the section has only this metric, which then need not be named every time.
    """

    kind: str
    slots: Mapping[str, str]
    facts: tuple[str, ...]
    importance: float
    order: tuple[int, int, int]
    family: int = -1
    full: Mapping[str, str] | None = None
    foreign: bool = False
    alone: bool = False

    @property
    def block(self) -> tuple[int, int]:
        """Sentences of one block belong into one paragraph if possible."""
        return self.order[:2]

    def at(self, importance: float, order: tuple[int, int, int]) -> Statement:
        """The same statement with another weight and place."""
        return replace(self, importance=importance, order=order)


@dataclass(frozen=True, slots=True)
class Setting:
    """What all statements of a section share.

    Attributes:
        seed: The section's id, from which all choices among phrasings follow.
        place: The section's place.
        name: How it is named.
        region: How the region is named; None where no fact of it is at hand.
        lean: Whether there are few facts for the words asked for, so that each gets a sentence.
    """

    seed: str
    place: Place
    name: PlaceName
    region: PlaceName | None
    lean: bool

    def choose(self, options: Sequence[str], *key: str) -> str:
        """One of some options, by a hash that is the same in every process."""
        return options[self.number(*key) % len(options)]

    def number(self, *key: str) -> int:
        """A number that stands for a key within this section."""
        return zlib.crc32("|".join((self.seed, *key)).encode())

    @property
    def slots(self) -> dict[str, str]:
        """Slots of the place and the region."""
        nation = words.nation(self.place)
        region = self.region or self.name
        return {
            "P": self.name.name,
            "Ps": self.name.possessive,
            "nat": nation,
            "nats": f"{nation}'s",
            "R": region.name,
            "Rs": region.possessive,
        }


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
        self._place_slots = setting.slots
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
        amounts = _RATIO_AMOUNTS if self.family.ratio else _AMOUNTS
        at = self.setting.choose(amounts, kind, topic.subject if topic else "", str(self.number))
        merged = {**self._place_slots, "at": at, **short, **slots}
        return Statement(
            kind=kind,
            slots=merged,
            facts=tuple(fact.id for fact in facts),
            importance=importance - 6.0 * self.number,
            order=(self.number, int(kind in BESIDE), self._made),
            family=self.number,
            full=full,
            foreign=kind in FOREIGN,
            alone=self.alone,
        )

    def direction(self, value: float, percent: float | None, *key: str) -> dict[str, str]:
        """Slots for a movement up or down; size words only where the size is known."""
        table = _RISES if value > 0 else _FALLS
        number = self.setting.number(*key, "direction")
        past, participle, noun = table[number % len(table)]
        size = abs(percent) if percent is not None else SLIGHT_PERCENT
        if size < SLIGHT_PERCENT:
            past, participle = f"{past} slightly", f"{participle} slightly"
            noun = f"a slight {noun.split()[-1]}"
        elif size >= SHARP_PERCENT and value < 0 and number & 8:
            past, participle = f"{past} sharply", f"{participle} sharply"
            noun = f"a sharp {noun.split()[-1]}"
        return {"rose": past, "risen": participle, "a_rise": noun}

    def _names(self, topic: Topic | None) -> tuple[dict[str, str], dict[str, str] | None]:
        """Slots that name metric and subject: in short, and in full for the first mention."""
        metric = self.family.metric
        full = _noun_slots(metric, topic, short=False)
        if not metric.detail:
            return full, None
        if not self.family.alone:
            return full, None
        return _noun_slots(metric, topic, short=True), full


def _noun_slots(metric: words.MetricName, topic: Topic | None, *, short: bool) -> dict[str, str]:
    slots = {"M": metric.core if short else metric.full}
    if topic is not None:
        noun = words.noun_phrase(metric, topic.subject, short=short)
        slots["N"] = noun
        slots["TN"] = words.definite(noun)
        slots["AN"] = words.indefinite(noun)
        slots["S"] = words.subject_phrase(topic.subject)
    return slots


def with_figures(pairs: Sequence[tuple[str, Fact]]) -> str:
    """``gas with {F3} and wind with {F4}``."""
    return words.listed([f"{name} with {reference(fact)}" for name, fact in pairs])


def figures_in(pairs: Sequence[tuple[str, Fact]]) -> str:
    """``{F3} in Germany and {F4} in Italy``."""
    return words.listed([f"{reference(fact)} in {name}" for name, fact in pairs])


def same_figure(one: Fact, other: Fact) -> bool:
    """Whether two facts look the same once they are rounded."""
    return one.value == other.value or format_fact(one) == format_fact(other)
