"""Answers that repeat the instructions of their prompt."""

from __future__ import annotations

import tomllib
from collections.abc import Iterator
from importlib.resources import files

import pytest

from factbook.writing.model.echo import MOST_SHARE, echoed_share
from factbook.writing.model.prompts import VARIABLES, render_prompt

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
    tables = files("factbook.writing.offline")
    for name in ("findings.toml", "frames.toml"):
        told = list(_texts(tomllib.loads(tables.joinpath(name).read_text("utf-8"))))
        assert len(told) > 50
        for text in told:
            assert echoed_share(text) == 0, text
    assert echoed_share(PROSE) == 0
    assert echoed_share("") == 0


def _texts(value: object) -> Iterator[str]:
    """All texts in nested values."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict | list):
        for inner in value.values() if isinstance(value, dict) else value:
            yield from _texts(inner)


def test_every_template_counts() -> None:
    """An echo of the user's message is one as well as that of the system's."""
    assert echoed_share("Follow description and guidelines as far as the evidence allows.") == 1
    assert "draft" in VARIABLES
