"""Flow: what the sentences of a text so far mean for the next one."""

from __future__ import annotations

from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Told:
    """A finding in words.

    Attributes:
        text: The sentence, figures by reference.
        facts: Ids of the facts that it gives.
        words: How many words readers see.
        is_foreign: Whether it names another place, so that "it" would be unclear after it.
        metric: Name of the metric that it is about.
        names_total: Whether it names the total of that metric.
    """

    text: str
    facts: frozenset[str]
    words: int
    is_foreign: bool
    metric: str
    names_total: bool = False


@dataclass
class Flow:
    """What the sentences so far mean for the next one.

    Attributes:
        metric: Name of the metric that the last sentence was about.
        total: Name of the metric whose total was named last.
        shown: Ids of the facts that have been given.
        used: Phrasings that have been used.
        is_foreign: Whether the last sentence named another place.
        is_open: Whether nothing has been said yet, so that the place is to be named.
        beginning: How the last sentence began.
    """

    metric: str = ""
    total: str = ""
    shown: set[str] = field(default_factory=set)
    used: set[str] = field(default_factory=set)
    is_foreign: bool = False
    is_open: bool = True
    beginning: str = ""

    def after(self, told: Told) -> None:
        """Note a sentence."""
        self.metric = told.metric
        self.total = told.metric if told.names_total else self.total
        self.shown |= told.facts
        self.is_foreign = told.is_foreign
        self.is_open = False
        self.beginning = beginning(told.text)


def beginning(sentence: str) -> str:
    """The first two words of a sentence, by which two in a row sound alike."""
    return " ".join(sentence.split()[:2]).casefold()
