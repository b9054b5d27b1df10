"""What is said of edits before a run: they refer to nothing, or their data have changed."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from pathlib import Path

from factbook.edits.edit import EDITS, Edits
from factbook.edits.edited import settled, stand
from factbook.edits.section_texts import text_path
from factbook.errors import Finding
from factbook.evidence.build import EvidenceBuilder
from factbook.sheet.outline import SectionSpec
from factbook.writing.keys import evidence_id
from factbook.writing.offline import OfflineWriter


def edit_findings(
    edits: Edits, sections: Iterable[SectionSpec], builder: EvidenceBuilder
) -> Iterator[Finding]:
    """What is wrong with edits on today's evidence.

    Nothing is said of generated sections, whose evidence comes from others; their records have it.

    Args:
        edits: The edits of a project.
        sections: All sections of its report.
        builder: Computes evidence.
    """
    for spec in sections:
        edit = edits.of(spec.id)
        if edit is None or spec.sub_task is None:
            continue
        today = evidence_id(builder.build(spec.id, spec.sub_task, spec.place))
        evidence = builder.everything(spec.id, spec.sub_task, spec.place)
        standing = stand(
            settled(edit, evidence, today, None), evidence, OfflineWriter().with_remarks
        )
        yield from (_refers_to_nothing(spec.id, mark) for mark in standing.draft.marks)
        if standing.state.is_outdated:
            yield _outdated(spec.id, standing.state.changes)


def _refers_to_nothing(section_id: str, mark: str) -> Finding:
    return Finding(
        severity="error",
        code="edit.reference",
        message=mark.rstrip("."),
        file=text_path(Path(EDITS), section_id).as_posix(),
        remedy=f"evidence/{text_path(Path(), section_id, '.json').name} in the run folder lists "
        "the facts; put one of them there, or the figure itself",
    )


def _outdated(section_id: str, changes: tuple[str, ...]) -> Finding:
    more = f" (and {len(changes) - 1} more)" if len(changes) > 1 else ""
    return Finding(
        severity="warning",
        code="edit.outdated",
        message=f"the data have changed since this text was edited: {changes[0]}{more}",
        file=text_path(Path(EDITS), section_id).as_posix(),
        remedy=f"Change it where it is not right any more, or run with --confirm {section_id}",
    )
