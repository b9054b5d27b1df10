"""What is derived for a section beyond the evidence that it is written from."""

from __future__ import annotations

from pathlib import Path

from factbook.edits.changed import changes_since, identity
from factbook.edits.edit import Basis
from factbook.project.project import open_project
from factbook.project.section_evidence import everything_of

EXAMPLE = Path(__file__).parents[2] / "examples" / "world-energy-mix"


def test_edit_is_judged_by_everything_that_can_be_derived() -> None:
    """A figure that evidence has no room for is not said to be gone from the data."""
    project = open_project(EXAMPLE, ("limits.max_facts=5", "limits.evidence_facts=5"))
    spec = next(s for s in project.outline.sections if s.sub_task is not None)
    assert spec.sub_task is not None
    evidence = project.builder.build(spec.id, spec.sub_task, spec.place)
    assert evidence.extent == "part"
    everything = everything_of(project, spec, evidence)
    assert (everything.extent, len(everything.facts) > len(evidence.facts)) == ("all", True)
    kept = {identity(fact) for fact in evidence.facts}
    last = next(fact for fact in reversed(everything.facts) if identity(fact) not in kept)
    text = f"It was {{{last.id}}}."
    basis = Basis.of(everything, "e", text)
    assert basis.meant[0].id == last.id
    assert list(changes_since(basis, text, everything)) == []
    assert "not among the section's figures any more" in next(changes_since(basis, text, evidence))
    others = tuple(fact for fact in everything.facts if fact != last)
    without = everything.model_copy(update={"facts": others})
    assert "not in the data any more" in next(changes_since(basis, text, without))
