"""The sentence of a derivation is for readers: no text, diff, table or figure depends on it."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import orjson
import pytest

from factbook.diff.fact_changes import Sides, fact_changes, how_each_is_derived
from factbook.evidence import short_form
from factbook.evidence.derivation import Among, Derivation
from factbook.evidence.wording import sentence
from factbook.folder.run_folder import RunFolder
from factbook.project.project import open_project
from factbook.report.figure_table import figure_tables
from factbook.runs.ref import RunRef
from factbook.runs.run import Run
from factbook.writing.record import SectionRecord

EXAMPLES = Path(__file__).parents[2] / "examples"


def prepared(name: str, out: Path, *settings: str) -> Run:
    """An example whose evidence is computed and written."""
    project = open_project(EXAMPLES / name, settings)
    ref = RunRef(project=str(project.folder), out=str(out), assignments=settings)
    run = Run(ref, project)
    run.prepare()
    return run


def written(run: Run) -> dict[str, SectionRecord]:
    """All sections of an example, written one after the other."""
    return {
        spec.id: run.sections.write(spec.id).record
        for chapter in run.inputs.project.whole.in_order_of_edges()
        for spec in chapter.in_order_of_edges()
    }


def evidence_files(folder: RunFolder) -> Iterator[tuple[str, set[str], dict[str, Any]]]:
    """Name, sentences and all the rest of the evidence files of a run."""
    for path in sorted(folder.evidence_folder.iterdir()):
        body = orjson.loads(path.read_bytes())
        yield path.name, {fact.pop("derivation") for fact in body["facts"]}, body


def seen(records: dict[str, SectionRecord], run: Run) -> list[object]:
    """Records but for their times, with texts and tables."""
    return [
        (
            record.model_dump(mode="json", exclude={"seconds"}),
            (record.text, record.summary_text),
            figure_tables(record, run.inputs.specs[name].place.name),
        )
        for name, record in records.items()
    ]


def differences(old: Run, new: Run) -> list[object]:
    """What a diff of two runs tells of their evidence."""
    found: list[object] = []
    for name in old.inputs.specs:
        sides = Sides(old.inputs.folder.read_evidence(name), new.inputs.folder.read_evidence(name))
        is_same = how_each_is_derived(sides.old) == how_each_is_derived(sides.new)
        found.append((fact_changes(sides), is_same))
    return found


@pytest.mark.parametrize(
    ("name", "other"),
    [
        pytest.param("europe-electricity", "data.target_year=2019", marks=pytest.mark.slow),
        ("world-energy-mix", 'region.members=["France", "Japan"]'),
    ],
)
def test_nothing_but_the_sentence_depends_on_the_sentence(
    name: str, other: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """With a renderer that says "x" for all, texts, tables, diffs, keys, records are the same."""
    run, changed = prepared(name, tmp_path / "a"), prepared(name, tmp_path / "b", other)
    records, diff = seen(written(run), run), differences(run, changed)
    monkeypatch.setattr(short_form, "sentence", lambda _: "x")
    run_x, changed_x = prepared(name, tmp_path / "c"), prepared(name, tmp_path / "d", other)
    assert seen(written(run_x), run_x) == records
    assert differences(run_x, changed_x) == diff
    assert sum(bool(changes) for changes, _ in diff) > len(diff) / 2  # type: ignore[misc]
    sentences: set[str] = set()
    pairs = zip(evidence_files(run.inputs.folder), evidence_files(run_x.inputs.folder), strict=True)
    for (_, said, body), (_, said_x, body_x) in pairs:
        sentences |= said
        assert said_x <= {"x"}
        assert body == body_x
    assert len(sentences) > 20


def test_count_is_no_extreme() -> None:
    """The position of a count says which way its places went, not where it stands among them."""
    counted = Derivation("count", among=Among(27, "EU"), position=-1)
    assert sentence(counted) == (
        "number of members whose value fell, among 27 members with values in both periods"
    )
    assert sentence(Derivation(among=Among(27, "EU"), position=-1)) == (
        "value in the data; smallest of 27 members with a value"
    )
