"""Whether a run would change anything at all."""

from __future__ import annotations

from factbook.folder.exports import Exports
from factbook.folder.manifest import Manifest
from factbook.runs.session import Session
from factbook.runs.written_chapter import WrittenChapter
from factbook.runs.written_report import Report


def current_report(session: Session) -> Report | None:
    """The report that stands as this run would make it, exports included; None when none does.

    A report that a person has rejected counts too, as long as its sections have the same keys.

    Args:
        session: The run, prepared.
    """
    manifest = Manifest.read_if_sound(session.folder.path)
    if manifest is None or manifest.outcome.state not in ("Completed", "Rejected"):
        return None
    chapters = []
    for spec in session.project.outline.to_write:
        unchanged = session.unchanged(spec)
        if len(unchanged) < len(spec.sections):
            return None
        chapter = WrittenChapter(session.folder, session.whole_chapter(spec.id), spec, unchanged)
        chapter.records.update({record.section_id: record for record in unchanged})
        chapters.append(chapter)
    report = Report(session, chapters)
    stands = manifest.outcome.state == "Rejected" or _is_exported(session, report)
    return report if stands else None


def _is_exported(session: Session, report: Report) -> bool:
    exports = Exports(session.folder, report.document())
    return all(
        report.path(suffix).is_file() if suffix == "csv" else exports.stands(path, suffix)
        for suffix in session.config.outputs
        for path in (report.path(suffix),)
    )
