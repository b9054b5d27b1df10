"""Whether a run would change anything at all."""

from __future__ import annotations

from factbook.folder.exports import Exports
from factbook.folder.manifest import Manifest
from factbook.runs.inputs import RunInputs
from factbook.runs.run import Run
from factbook.runs.written_chapter import WrittenChapter
from factbook.runs.written_report import Report


def current_report(run: Run) -> Report | None:
    """The report that stands as this run would make it, exports included; None when none does.

    A report that a person has rejected counts too, as long as its sections have the same keys.

    Args:
        run: The run, prepared.
    """
    inputs = run.inputs
    manifest = Manifest.read_if_sound(inputs.folder.path)
    if manifest is None or manifest.outcome.state not in ("Completed", "Rejected"):
        return None
    chapters = []
    for spec in inputs.project.outline.to_write:
        unchanged = list(run.sections.unchanged(spec))
        if len(unchanged) < len(spec.sections):
            return None
        whole = inputs.whole_chapter(spec.id)
        chapter = WrittenChapter(inputs.folder, whole, spec, unchanged)
        chapter.records.update({record.section_id: record for record in unchanged})
        chapters.append(chapter)
    report = Report(inputs, chapters, run.part)
    stands = manifest.outcome.state == "Rejected" or _is_exported(inputs, report)
    return report if stands else None


def _is_exported(inputs: RunInputs, report: Report) -> bool:
    exports = Exports(inputs.folder, report.document())
    return all(
        report.path(suffix).is_file() if suffix == "csv" else exports.stands(path, suffix)
        for suffix in inputs.config.outputs
        for path in (report.path(suffix),)
    )
