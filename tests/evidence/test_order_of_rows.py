"""Rows of a data file in another order: the evidence says the same, in the same order."""

from __future__ import annotations

import random
import shutil
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import pytest

from factbook.evidence.facts import Evidence
from factbook.sheet.models import Chart
from tests.evidence.conftest import INPUTS, Ask, Asked, chart

GENERATOR = "Generator"


@pytest.fixture
def shuffled(tmp_path: Path) -> Path:
    """The real data, the rows of each file in an order that means nothing."""
    folder = tmp_path / "shuffled"
    shutil.copytree(INPUTS, folder)
    for path in (folder / "etm_long.csv", folder / "nodal_split.csv",
                 folder / "borders_europe.csv", *folder.glob("plexos_like/*.csv")):  # fmt: skip
        head, *rows = path.read_text(encoding="utf-8").splitlines()
        random.Random(28).shuffle(rows)  # noqa: S311 - the same every time
        path.write_text("\n".join([head, *rows, ""]), encoding="utf-8")
    return folder


def said(evidence: Evidence) -> Evidence:
    """What evidence says, without the rows that it comes from."""
    facts = tuple(replace(fact, sources=()) for fact in evidence.facts)
    return evidence.model_copy(update={"facts": facts})


@pytest.mark.parametrize(
    ("source", "entries"),
    [
        ("ETM", [chart()]),
        ("ETM", [chart("", "Wind, Solar, Hydro")]),
        ("PLEXOS", [chart(source="PLEXOS", collection=GENERATOR)]),
        ("PLEXOS", [chart("", "Wind, Solar", source="PLEXOS", collection=GENERATOR)]),
    ],
)
def test_evidence_does_not_depend_on_the_order_of_rows(
    ask: Ask, shuffled: Path, source: str, entries: Sequence[Chart]
) -> None:
    """Neither its facts, nor their order, nor names of sums, nor gaps; only the rows move."""
    before = ask(*entries, source=source)
    after = ask(*entries, source=source, folder=shuffled)
    codes = ("AT", "DE", "IT", "EU")
    ours, theirs = ([asked.of(code) for code in codes] for asked in (before, after))
    assert [said(one) for one in ours] == [said(one) for one in theirs]
    assert ours != theirs
    assert all(evidence.facts for evidence in ours)


def test_equally_large_figures_stand_in_the_order_of_the_list(ask: Ask) -> None:
    """Without a list by name; whichever comes first in the file."""
    rows = [f"Austria,{name},2021,5,Generation,TWh" for name in ("Wind", "Coal", "Solar")]

    def subjects(asked: Asked) -> list[str]:
        found = dict.fromkeys(fact.subject for fact in asked.of("AT").facts)
        return [name for name in found if name != "Total"]

    assert subjects(ask(chart("Generation"), rows=rows)) == ["Coal", "Solar", "Wind"]
    listed = ask(chart("Generation", "Wind, Coal"), rows=rows)
    assert subjects(listed) == ["Total of Wind, Coal", "Wind", "Coal"]


def test_spelling_that_most_rows_have_is_taken(ask: Ask) -> None:
    """Whichever comes first in the file."""
    rows = [
        f"{country},{name},2021,5,Generation,TWh"
        for country, name in (("Austria", "SOLAR"), ("France", "Solar"), ("Spain", "Solar"))
    ]
    assert ask(chart(), rows=rows).of("AT").facts[0].subject == "Solar"
    assert ask(chart(), rows=rows[::-1]).of("AT").facts[0].subject == "Solar"
