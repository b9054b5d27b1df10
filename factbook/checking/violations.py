"""Violations: errors in the form of a source text, and the text without them."""

from __future__ import annotations

import re
from collections.abc import Collection
from dataclasses import dataclass
from typing import Literal

from factbook.checking.glued import glued_references

FIGURE_MISSING = "[figure missing]"
"""Replaces a reference to a fact that the evidence does not have, and one that is glued."""

SOURCE_MISSING = "[source missing]"
"""Replaces a citation of a source that no search has found."""

ADDRESS_REMOVED = "[address removed]"
"""Replaces an address in a text; sources are cited."""

GAPS = (FIGURE_MISSING, SOURCE_MISSING, ADDRESS_REMOVED)

_REFERENCE_OR_BRACE = re.compile(r"\{([FS][0-9]+)\}|[{}]")
_ADDRESS = re.compile(
    r"[a-z][a-z0-9+.-]{0,30}://[^\s<>\"]*"
    r"|(?<![\w/:])//[\w-]+\.[^\s<>\"]*"
    r"|(?<!\w)www\.[^\s<>\"]+"
    r"|(?<!\w)(?:mailto|javascript):[^\s<>\"]+"
    r"|(?<![\w.+-])[\w.+-]++@[\w-]+\.[^\s<>\"]+",
    re.IGNORECASE,
)
_AFTER_AN_ADDRESS = ".,;:!?)]'’”*_"

ViolationKind = Literal[
    "unknown fact", "unknown source", "stray braces", "glued reference", "address"
]


@dataclass(frozen=True)
class Violation:
    """One error in the form of a source text.

    Attributes:
        kind: Its kind.
        found: The unknown id; for braces, a glued reference and an address the words around the
            first of them.
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
        if self.kind == "glued reference":
            return (
                "A reference touches a digit, letter, sign or another reference, which would be "
                f"read as part of its figure, here: {self.found}"
            )
        if self.kind == "address":
            return f"An address or link, where a source has to be cited or left out: {self.found}"
        return f"Braces that are no reference, here: {self.found}"

    @property
    def mark(self) -> str:
        """The violation in words, for readers of a text from which it was removed."""
        if self.kind == "unknown fact":
            return f"The text referred to a figure {self.found} that the evidence does not have."
        if self.kind == "unknown source":
            return f"The text cited a source {self.found} that no search has found."
        if self.kind == "glued reference":
            return "A figure stood beside characters that would have changed it; it was taken out."
        if self.kind == "address":
            return "The text held an address or link; it was taken out."
        return "The text held braces that are no reference; they were taken out."


def violations(
    source_text: str, fact_ids: Collection[str], source_ids: Collection[str] = ()
) -> tuple[Violation, ...]:
    """The errors in the form of a source text, each once.

    References and braces come first, in order of the text; then the first address, and the first
    glued reference.

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
    for text in (source_text, _REFERENCE_OR_BRACE.sub(_without_stray, source_text)):
        if address := _ADDRESS.search(text):
            found[Violation("address", _around(text, address.start()))] = None
            break
    known = _with_known_only(source_text, fact_ids, source_ids)
    for reference in glued_references(known):
        found[Violation("glued reference", _around(known, reference.start()))] = None
        break
    return tuple(found)


def without_violations(
    source_text: str, fact_ids: Collection[str], source_ids: Collection[str] = ()
) -> str:
    """A source text without what `violations` finds.

    Unknown references become ``[figure missing]`` or ``[source missing]``, and so do glued ones:
    which figure was meant is not known. Addresses become ``[address removed]``; stray braces are
    removed. All other references stay.

    Args:
        source_text: Text with references ``{F12}`` and citations ``{S1}``.
        fact_ids: Facts that it may refer to.
        source_ids: Sources that it may cite.
    """
    known = _with_known_only(source_text, fact_ids, source_ids)
    parts, end = [], 0
    for reference in glued_references(known):
        parts += [known[end : reference.start()], FIGURE_MISSING]
        end = reference.end()
    return "".join([*parts, known[end:]])


def as_words(text: str) -> str:
    """A text that is no source text, such as feedback: without braces and addresses."""
    words = _REFERENCE_OR_BRACE.sub(lambda found: found[1] or "", text)
    return _ADDRESS.sub(_without_address, words)


def _with_known_only(
    source_text: str, fact_ids: Collection[str], source_ids: Collection[str]
) -> str:
    """A source text without addresses, unknown references and stray braces."""

    def settled(match: re.Match[str]) -> str:
        name = match.group(1)
        if name is None:
            return ""
        if name.startswith("F"):
            return match.group() if name in fact_ids else FIGURE_MISSING
        return match.group() if name in source_ids else SOURCE_MISSING

    settled_text = _REFERENCE_OR_BRACE.sub(settled, _ADDRESS.sub(_without_address, source_text))
    return _ADDRESS.sub(_without_address, settled_text)  # of what braces have kept apart


def _without_stray(match: re.Match[str]) -> str:
    """A reference or citation as it is, nothing for a brace."""
    return match.group() if match.group(1) else ""


def _without_address(match: re.Match[str]) -> str:
    """The gap that an address leaves, with the marks of the sentence behind it."""
    address = match.group()
    return ADDRESS_REMOVED + address[len(address.rstrip(_AFTER_AN_ADDRESS)) :]


def _around(text: str, position: int, letters: int = 30) -> str:
    """The words around a position in a text, on one line."""
    piece = text[max(0, position - letters) : position + letters]
    return "…" + " ".join(piece.split()) + "…"
