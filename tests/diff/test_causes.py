"""What the evidence of a section says otherwise, where no fact does."""

from __future__ import annotations

import pytest

from factbook.diff.causes import causes_of
from factbook.diff.fact_changes import Sides
from factbook.evidence.gaps import Gap
from tests.sections import make_evidence, make_fact, make_record

GAP = Gap("absent", "Austria", "Capacity", ("Gas",))
SENTENCE = Gap("sentence", text="The data hold no Capacity of Austria: Gas.")


@pytest.mark.parametrize(
    ("gap", "origins", "words"),
    [
        (GAP, {"ETM": "Eurostat"}, "where the figures come from"),
        (Gap("absent", "Austria", "Capacity", ("Oil",)), {"ETM": "Ember"}, "does not hold"),
    ],
)
def test_gap_of_an_earlier_version_is_compared_by_its_sentence(
    gap: Gap, origins: dict[str, str], words: str
) -> None:
    """Files of earlier versions and records hold the sentence alone, which is no change."""
    old = make_evidence(make_fact(), gaps=(SENTENCE,), origins={"ETM": "Ember"})
    sides = Sides(old, make_evidence(make_fact(), gaps=(gap,), origins=origins))
    records = [make_record(key_parts={"evidence": part}) for part in ("old", "new")]
    [cause] = causes_of(records[0], records[1], lambda *_: sides)
    assert cause.facts == ()
    assert words in cause.words
