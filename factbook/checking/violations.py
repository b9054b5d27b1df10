"""Violations: errors in the form of a source text, and the text without them."""

from __future__ import annotations

import re
from collections.abc import Collection
from dataclasses import dataclass
from typing import Literal

FIGURE_MISSING = "[figure missing]"
"""Replaces a reference to a fact that the evidence does not have."""

SOURCE_MISSING = "[source missing]"
"""Replaces a citation of a source that no search has found."""

_REFERENCE_OR_BRACE = re.compile(r"\{([FS][0-9]+)\}|[{}]")

ViolationKind = Literal["unknown fact", "unknown source", "stray braces"]


@dataclass(frozen=True)
class Violation:
    """One error in the form of a source text.

    Attributes:
        kind: Its kind.
        found: The unknown id; for braces the words around the first of them.
    """

    kind: ViolationKind
    found: str

    @property
    def problem(self) -> str:
        """The violation in words, for the model that corrects the text."""
        if self.kind == "unknown fact":
            return f"The reference {{{self.found}}} is not a fact of the evidence."
        if self.kind == "unknown source":
            return f"The citation {{{self.found}}} is not among the search results."
        return f"Braces that are no reference, here: {self.found}"

    @property
    def mark(self) -> str:
        """The violation in words, for readers of a text from which it was removed."""
        if self.kind == "unknown fact":
            return f"The text referred to a figure {self.found} that the evidence does not have."
        if self.kind == "unknown source":
            return f"The text cited a source {self.found} that no search has found."
        return "The text held braces that are no reference; they were taken out."


def violations(
    source_text: str, fact_ids: Collection[str], source_ids: Collection[str] = ()
) -> tuple[Violation, ...]:
    """The errors in the form of a source text, each once, in order of the text.

    Args:
        source_text: Text with references ``{F12}`` and citations ``{S1}``.
        fact_ids: Facts that it may refer to.
        source_ids: Sources that it may cite.
    """
    found: dict[Violation, None] = {}
    has_stray = False
    for match in _REFERENCE_OR_BRACE.finditer(source_text):
        name = match.group(1)
        if name is None:
            if not has_stray:
                found[Violation("stray braces", _around(source_text, match.start()))] = None
            has_stray = True
        elif name.startswith("F") and name not in fact_ids:
            found[Violation("unknown fact", name)] = None
        elif name.startswith("S") and name not in source_ids:
            found[Violation("unknown source", name)] = None
    return tuple(found)


def without_violations(
    source_text: str, fact_ids: Collection[str], source_ids: Collection[str] = ()
) -> str:
    """A source text without what `violations` finds.

    Unknown references become ``[figure missing]`` or ``[source missing]``; stray braces are
    removed. Known references stay.

    Args:
        source_text: Text with references ``{F12}`` and citations ``{S1}``.
        fact_ids: Facts that it may refer to.
        source_ids: Sources that it may cite.
    """

    def settled(match: re.Match[str]) -> str:
        name = match.group(1)
        if name is None:
            return ""
        if name.startswith("F"):
            return match.group() if name in fact_ids else FIGURE_MISSING
        return match.group() if name in source_ids else SOURCE_MISSING

    return _REFERENCE_OR_BRACE.sub(settled, source_text)


def _around(text: str, position: int, letters: int = 30) -> str:
    """The words around a position in a text, on one line."""
    piece = text[max(0, position - letters) : position + letters]
    return "…" + " ".join(piece.split()) + "…"
