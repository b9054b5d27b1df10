"""No finding of an example is false: each is judged by the raw rows."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Set
from pathlib import Path

import pytest

from factbook.evidence.facts import Evidence
from factbook.evidence.finding import DataFinding
from factbook.project.project import Project, open_project
from factbook.sheet.outline import SectionSpec
from tests.findings.oracle import Oracle
from tests.findings.raw import (
    Key,
    Raw,
    families,
    grouped,
    read_long,
    read_nodes,
    read_waste,
    read_wide,
)

EXAMPLES = Path(__file__).parents[2] / "examples"
ETM = {name: name for name in ("COUNTRY", "SECTOR", "YEAR", "VALUE", "PROPERTY", "UNIT")}
ELECTRICITY = {
    "COUNTRY": "country_name", "SECTOR": "source", "YEAR": "year", "PROPERTY": "indicator",
    "VALUE": "figure", "UNIT": "unit",
}  # fmt: skip
EMISSIONS = {"COUNTRY": "country", "SECTOR": "scope", "PROPERTY": "indicator"}
WASTE = {"GEN": "Municipal waste generated", "DSP_I_RCV_E": "Municipal waste incinerated"}


def _europe(project: Project) -> Raw:
    folder = project.folder
    values = read_long(folder / "etm.csv", ETM)
    of_countries, of_nodes = read_nodes(folder / "plexos", folder / "nodes.csv", "TWh", 0.001)
    return _raw(project, values | of_countries, {"EU27"}, of_nodes)


def _world(project: Project) -> Raw:
    folder = project.folder
    values = read_long(folder / "electricity.csv", ELECTRICITY)
    return _raw(project, values | read_wide(folder / "emissions.csv", "t/head", EMISSIONS))


def _waste(project: Project) -> Raw:
    values = read_waste(project.folder / "env_wasmun.tsv", WASTE)
    return _raw(project, values, {"EU27_2020"})


def _raw(
    project: Project,
    values: dict[Key, dict[str, float]],
    rows: Set[str] = frozenset(),
    nodes: Mapping[Key, dict[str, float]] = {},
) -> Raw:
    groups = families() | grouped((c.name, c.group) for c in project.sheet.categories)
    groups |= {name: tuple(some) for name, some in project.config.groups.items()}
    return Raw(
        values,
        tuple(m.code for m in project.dataset.members),
        frozenset({project.dataset.region.code, *rows}),
        groups,
        nodes=dict(nodes),
    )


READERS: dict[str, Callable[[Project], Raw]] = {
    "europe-electricity": _europe,
    "world-energy-mix": _world,
    "municipal-waste": _waste,
}


def evidence_in(project: Project) -> Iterator[tuple[SectionSpec, Evidence]]:
    """The evidence of a project's sections, as the sheet has them."""
    for spec in project.outline.sections_to_write:
        if spec.sub_task is not None:
            yield spec, project.builder.build(spec.id, spec.sub_task, spec.place)


def _partial(finding: DataFinding, evidence: Evidence) -> Iterator[str]:
    """Figures that leave out members or summands; only a level may, and its text says so."""
    for role, name in finding.facts.items():
        derivation = evidence.by_id[name].derivation
        is_plain = finding.kind == "level" and role == "now"
        if derivation.is_like_for_like or (derivation.is_incomplete and not is_plain):
            yield f"{role} leaves something out"


def false_in(project: Project, read: Callable[[Project], Raw]) -> tuple[list[str], int]:
    """What is false in a project's findings, and how many there are."""
    raw, dataset = read(project), project.dataset
    codes = {place.name: place.code for place in (*dataset.known.values(), dataset.region)}
    false, count = [], 0
    for spec, evidence in evidence_in(project):
        oracle = Oracle(raw, evidence, codes, spec.place.code, dataset.region.code)
        for finding in evidence.findings:
            count += 1
            faults = [*oracle.faults(finding), *_partial(finding, evidence)]
            false += [f"{spec.id} {finding.kind}: {why}" for why in faults]
    return false, count


@pytest.mark.parametrize("name", READERS)
def test_findings_of_an_example_are_all_true(name: str) -> None:
    """Figures and claims of all findings are what the rows give."""
    false, count = false_in(open_project(EXAMPLES / name), READERS[name])
    assert false == []
    assert count > 20


def test_oracle_knows_a_false_claim() -> None:
    """A finding whose direction or period is changed is false."""
    project = open_project(EXAMPLES / "europe-electricity")
    raw, dataset = _europe(project), project.dataset
    codes = {place.name: place.code for place in (*dataset.known.values(), dataset.region)}
    [spec] = [s for s in project.outline.sections_to_write if s.id == "1.1.1@DE"]
    assert spec.sub_task is not None
    evidence = project.builder.build(spec.id, spec.sub_task, spec.place)
    oracle = Oracle(raw, evidence, codes, "DE", "EU")
    crossing = next(f for f in evidence.findings if f.kind == "crossing")
    assert not oracle.faults(crossing)
    turned = {"above": crossing.facts["below"], "below": crossing.facts["above"]}
    for update in ({"facts": turned}, {"words": {**crossing.words, "since": "2017"}}):
        assert oracle.faults(crossing.model_copy(update=update))
