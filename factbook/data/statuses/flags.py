"""Observation status: what the flags of a table say about its figures.

A figure keeps its flags as text (``p``, ``b e``, ``@C``); `Flags` knows what they mean, from the
table in ``flags.toml`` and from a project's own ``[flags]``. A flag that nobody knows is kept and
listed: it is neither an error nor dropped.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from functools import cache, cached_property
from importlib.resources import files
from typing import Any

from factbook.data.statuses.flag_texts import flags_within, is_combination


class Status(StrEnum):
    """What a flag says, the worst first: the order of legends, of prose and of `Flags.merged`.

    First what has no figure, then what a figure cannot be compared with, then how far it can be
    trusted, then what will yet change. (SDMX's own hierarchy, made for tables with one flag a
    figure, puts a break before a missing figure; here a sum is missing before anything else.)
    """

    CONFIDENTIAL = "confidential"
    NOT_APPLICABLE = "not-applicable"
    MISSING = "missing"
    BREAK = "break"
    DEFINITION_DIFFERS = "definition-differs"
    UNRELIABLE = "unreliable"
    NOT_SIGNIFICANT = "not-significant"
    EXPERIMENTAL = "experimental"
    FORECAST = "forecast"
    ESTIMATED = "estimated"
    PROVISIONAL = "provisional"
    REVISED = "revised"
    OTHER = "other"
    UNKNOWN = "unknown"
    NORMAL = "normal"

    @property
    def words(self) -> str:
        """The word for prose, as in "12.3 TWh (provisional)"; empty if there is nothing to say."""
        return _WORDS.get(self, str(self))

    @property
    def has_figure(self) -> bool:
        """Whether there is a figure at all, or what stands there is not to be shown."""
        return self not in (Status.CONFIDENTIAL, Status.NOT_APPLICABLE, Status.MISSING)

    @property
    def is_comparable(self) -> bool:
        """Whether the figure may be compared with others without this flag."""
        return self not in (Status.BREAK, Status.DEFINITION_DIFFERS)


_WORDS = {
    Status.NOT_APPLICABLE: "not applicable",
    Status.BREAK: "break in the series",
    Status.DEFINITION_DIFFERS: "definition differs",
    Status.UNRELIABLE: "low reliability",
    Status.NOT_SIGNIFICANT: "not significant",
    Status.OTHER: "",
    Status.UNKNOWN: "",
    Status.NORMAL: "",
}
_is_note = re.compile(r"\[note ?[0-9]{1,3}\]").fullmatch
_RANKS = {status: rank for rank, status in enumerate(Status)}


@dataclass(frozen=True, slots=True)
class Flag:
    """A flag and what it means.

    Attributes:
        code: As the publisher writes it; a code of confidentiality has an ``@`` before it.
        meaning: For legends; empty if it is not known.
        status: What follows from it.
        words: For prose; empty if there is nothing to say.
    """

    code: str
    meaning: str
    status: Status
    words: str


@dataclass(frozen=True)  # without slots: what is cached stands in __dict__
class Flags:
    """The flags that are known.

    Attributes:
        known: Code → flag.
    """

    known: Mapping[str, Flag]

    def flag(self, code: str) -> Flag:
        """What a code means.

        For one that is not known, the same in square brackets stands in, else its small letter. A
        capital never does: SDMX's ``Q`` hides a figure, and nobody knows what q is.
        """
        for name in (code, f"[{code}]", code.casefold()):
            if found := self.known.get(name):
                return replace(found, code=code)
        return Flag(code, "", Status.UNKNOWN, "")

    def with_notes(self, notes: Mapping[str, str]) -> Flags:
        """These flags, and those of comments on cells: text → code, as `note_code` makes it."""
        own = {code: Flag(code, text, Status.OTHER, "") for text, code in notes.items()}
        return Flags({**own, **self.known}) if own else self

    def code_of_meaning(self, text: str) -> str:
        """The flag with a meaning, as a column of labels has it (``Provisional``); else empty."""
        bare = " ".join(text.casefold().split()).removesuffix(" value")
        return self._by_meaning.get(bare, "") if len(bare) > 1 else ""

    @cached_property
    def _by_meaning(self) -> Mapping[str, str]:
        found: dict[str, str] = {}
        for code, flag in self.known.items():
            if flag.meaning and flag.status is not Status.OTHER:
                found.setdefault(flag.meaning.casefold(), code)
        first = {flag.status: code for code, flag in reversed(list(self.known.items()))}
        for words, status in _statuses_of_meanings().items():
            if status in first and status not in (Status.OTHER, Status.UNKNOWN, Status.NORMAL):
                found.setdefault(words, first[status])
        return found

    def codes_of(self, flags: str) -> tuple[str, ...]:
        """The single codes of a figure's flags, in order, each once.

        ``bep`` is b, e, p; so are several small letters in order if all of them are known, and a
        word (``low``) is one flag. ``[p]`` and ``(p)`` are p, but ``[s]``, which means something
        else than s, stays what it is.
        """
        codes: dict[str, None] = {}
        for piece in flags_within(flags):
            codes.update(dict.fromkeys(self._codes_of_piece(piece)))
        return tuple(codes)

    def _codes_of_piece(self, piece: str) -> Sequence[str]:
        if piece in self.known:
            return (piece,)
        if piece[0] in "[(":
            inner = piece[1:-1]
            square = f"[{inner.casefold()}]"
            if square in self.known:
                return (square,)
            return (piece,) if self.flag(inner).status is Status.UNKNOWN else (inner,)
        is_word = self.flag(piece).status is not Status.UNKNOWN
        if not is_word and is_combination(piece) and all(letter in self.known for letter in piece):
            return piece if piece.islower() else (piece,)
        return (piece,)

    def status_of(self, flags: str) -> tuple[Status, ...]:
        """What a figure's flags say, the worst first, each once; empty if all is normal."""
        found = {self.flag(code).status for code in self.codes_of(flags)} - {Status.NORMAL}
        return tuple(sorted(found, key=_RANKS.__getitem__))

    def merged(self, many: Iterable[str]) -> str:
        """The flags of a sum: all of its summands, the worst first, with blanks between them.

        One provisional summand makes a provisional sum. Nothing is weighed: how much of the sum is
        flagged is not known to a flag. A summand without a figure (`Status.has_figure`) makes the
        sum unknown; the caller leaves it out or gives no sum.
        """
        return " ".join(self._worst_first(self._all_codes(many)))

    def without(self, flags: str, status: Status) -> str:
        """Flags without those of a status."""
        codes = flags.split()
        return " ".join(code for code in codes if self.flag(code).status is not status)

    def legend(self, many: Iterable[str]) -> str:
        """What the flags of a table mean: ``b = break in time series, p = provisional``.

        What says that all is normal (SDMX's ``A``) is left out, here and in `merged`.
        """
        return ", ".join(
            f"{code} = {self.flag(code).meaning or 'not explained'}"
            for code in self._worst_first(self._all_codes(many))
        )

    def words_of(self, flags: str) -> str:
        """A figure's flags for prose: ``estimated``, ``break in the series and provisional``."""
        words = dict.fromkeys(
            flag.words for flag in map(self.flag, self._worst_first(self.codes_of(flags)))
        )
        *most, last = [word for word in words if word] or [""]
        return f"{', '.join(most)} and {last}" if most else last

    def unknown(self, many: Iterable[str]) -> tuple[str, ...]:
        """The flags whose meaning nobody gave, sorted; ``[flags]`` may give it."""
        return tuple(
            sorted(
                code for code in self._all_codes(many) if self.flag(code).status is Status.UNKNOWN
            )
        )

    def _all_codes(self, many: Iterable[str]) -> set[str]:
        return {code for flags in dict.fromkeys(many) for code in self.codes_of(flags)}

    def _worst_first(self, codes: Iterable[str]) -> list[str]:
        """The codes that say something, in the order of `Status`, then of the alphabet."""
        ranks = {code: _RANKS[self.flag(code).status] for code in codes}
        return sorted(
            (code for code, rank in ranks.items() if rank != _RANKS[Status.NORMAL]),
            key=lambda code: (ranks[code], code),
        )


def known_flags(own: Mapping[str, str] | None = None) -> Flags:
    """The published flags, and a project's own in their stead.

    Args:
        own: Flag → its meaning, as under ``[flags]`` in project.toml. Its status is that of the
            published flag with that meaning (``provisional``, ``low reliability``) or of a synonym
            (``preliminary``); any other meaning is told and nothing follows from it.
    """
    known = dict(_published())
    statuses = _statuses_of_meanings()
    for code, meaning in (own or {}).items():
        if code in known and known[code].meaning == meaning:
            continue
        status = statuses.get(" ".join(meaning.casefold().split()), Status.OTHER)
        is_silent = status is Status.NORMAL or (status is Status.OTHER and _is_note(code))
        known[code] = Flag(code, meaning, status, "" if is_silent else meaning)
    return Flags(known)


def note_code(number: int) -> str:
    """The flag of a note: ``[note1]``. Legends explain it; prose does not repeat it."""
    return f"[note{number}]"


def barrier_over_time(statuses: Sequence[Collection[Status]]) -> Status | None:
    """Why the last figure of a series cannot be compared with the first one; None if it can.

    Args:
        statuses: What the flags say of each figure, in order of time, the first and last included.
            A break lies before the figure that is flagged with it: one in the first figure is no
            barrier, one between them is, although neither of the two is flagged.
    """
    if any(Status.BREAK in status for status in statuses[1:]):
        return Status.BREAK
    return barrier_between(statuses[0], statuses[-1]) if statuses else None


def barrier_between(one: Collection[Status], other: Collection[Status]) -> Status | None:
    """Why figures of two places cannot be compared: only one has another definition."""
    differs = Status.DEFINITION_DIFFERS
    return differs if (differs in one) != (differs in other) else None


@cache
def _table() -> Mapping[str, Any]:
    text = files("factbook.data.statuses").joinpath("flags.toml").read_text(encoding="utf-8")
    return tomllib.loads(text)


@cache
def _published() -> Mapping[str, Flag]:
    table, known = _table(), {}
    for scheme, prefix in (("observation", ""), ("confidentiality", "@")):
        for letter, entry in table[scheme].items():
            status, code = Status(entry["status"]), prefix + letter
            known[code] = Flag(code, entry["meaning"], status, entry.get("words", status.words))
    for mark in table["notes"]["marks"]:
        known[mark] = Flag(mark, table["notes"]["meaning"], Status.OTHER, "")
    return known


@cache
def _statuses_of_meanings() -> Mapping[str, Status]:
    statuses = {str(status): status for status in Status}
    statuses |= {status.words: status for status in Status if status.words}
    statuses |= {flag.meaning.casefold(): flag.status for flag in _published().values()}
    statuses |= {words: Status(status) for words, status in _table()["synonyms"].items()}
    return statuses
