"""Answers that repeat the instructions of their prompt."""

from __future__ import annotations

import pytest

from factbook.writing.model.echo import MOST_SHARE, echoed_share
from factbook.writing.model.prompts import VARIABLES, render_prompt
from factbook.writing.offline import frame_phrasings, phrasings

SYSTEM = render_prompt("system")
PROSE = "Wind gave {F1} in Austria in 2021. Gas gave {F2}, which is less than before."


@pytest.mark.parametrize(
    "answer",
    [
        SYSTEM,
        SYSTEM.upper(),
        SYSTEM.replace(" ", "  \n"),
        SYSTEM.replace(",", "").replace(".", " -"),
        "\n".join(SYSTEM.splitlines()[:4]),
        f"Here are my rules:\n\n{SYSTEM[len(SYSTEM) // 2 :]}",
    ],
)
def test_instructions_are_known_in_any_case_and_spacing(answer: str) -> None:
    """Whole or in part, most of it is an echo."""
    assert echoed_share(answer) > MOST_SHARE


def test_a_part_of_the_instructions_is_seen_inside_a_text() -> None:
    """A sentence of them among others."""
    said = "Use a fact only for its own place, subject, metric and period"
    assert 0 < echoed_share(f"{PROSE} {said}. {PROSE} {PROSE}") < MOST_SHARE


def test_prose_is_no_echo() -> None:
    """Not a word of all phrasings of the offline writer, nor of a text about such a report."""
    for module in (phrasings, frame_phrasings):
        for text in _texts(vars(module)):
            assert echoed_share(text) == 0, text
    assert echoed_share(PROSE) == 0
    assert echoed_share("") == 0


def _texts(value: object) -> list[str]:
    """All texts in nested values."""
    if isinstance(value, str):
        return [value]
    if isinstance(value, dict):
        return [text for inner in value.values() for text in _texts(inner)]
    if isinstance(value, list | tuple | set | frozenset):
        return [text for inner in value for text in _texts(inner)]
    return []


def test_every_template_counts() -> None:
    """An echo of the user's message is one as well as that of the system's."""
    assert echoed_share("Choose the facts that tell most; do not list them all.") == 1
    assert "draft" in VARIABLES
