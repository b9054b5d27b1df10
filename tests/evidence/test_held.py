"""What evidence holds of all that can be derived."""

from __future__ import annotations

from collections import Counter

from factbook.evidence.held import LEADING_QUANTITIES

from .conftest import Ask, chart, one

GENERATION = "Electricity generation"

BESIDE = ("region", "extreme", "neighbour")


def test_all_is_held_where_prompts_have_room_for_all(ask: Ask) -> None:
    """A small section loses nothing."""
    asked = ask(chart(GENERATION, "Wind"))
    held = asked.of("AT")
    assert held.extent == "all"
    assert held == asked.builder.everything("1.1.1@AT", asked.sub_task, asked.place("AT"))


def test_others_are_held_beside_the_leading_quantities(ask: Ask) -> None:
    """Of the place itself everything is; of others what prompts are given, and the leading few."""
    asked = ask(chart(GENERATION), limits={"max_facts": 30})
    held = asked.of("AT")
    every = asked.builder.everything("1.1.1@AT", asked.sub_task, asked.place("AT"))
    assert held.extent == "selected"
    assert [f for f in held.facts if f.role == "place"] == [
        f for f in every.facts if f.role == "place"
    ]
    for role in BESIDE:
        kept = {fact.subject for fact in held.facts if fact.role == role}
        assert len(kept) == LEADING_QUANTITIES
        assert "Total" in kept
        assert len({fact.subject for fact in every.facts if fact.role == role}) > len(kept)


def test_what_prompts_are_given_is_held(ask: Ask) -> None:
    """The most relevant facts, whatever they are about; ranks come on top."""
    asked = ask(chart(GENERATION), limits={"max_facts": 150, "evidence_facts": 1})
    held = asked.of("AT")
    every = asked.builder.everything("1.1.1@AT", asked.sub_task, asked.place("AT"))
    kinds = Counter(fact.kind == "rank" for fact in held.facts)
    assert kinds[False] == 150
    assert held.facts == every.facts[: len(held.facts)]


def test_held_facts_are_bounded_by_the_configuration(ask: Ask) -> None:
    """Years between of quantities that come last go first."""
    asked = ask(chart(GENERATION), limits={"max_facts": 30, "evidence_facts": 130})
    held = asked.of("AT")
    assert (held.extent, len(held.facts)) == ("part", 130)
    assert one(held, subject="Total", period="2019", kind="value", role="place")
    numbers = [int(fact.id.removeprefix("F")) for fact in held.facts]
    assert numbers == sorted(numbers)
