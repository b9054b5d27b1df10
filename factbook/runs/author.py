"""Who writes the text of a section: the writer, or a person whose edit replaces it."""

from __future__ import annotations

from factbook.edits.edit import Edit
from factbook.edits.edited import edited_record, settled, stand
from factbook.evidence.facts import Evidence
from factbook.project.section_evidence import everything_of
from factbook.runs.inputs import RunInputs
from factbook.writing.job import SectionJob, Writer
from factbook.writing.keys import Key, base_key
from factbook.writing.offline import OfflineWriter
from factbook.writing.record import SectionRecord
from factbook.writing.section import write_section


class Author:
    """Makes keys and records of sections. Nothing is saved.

    Args:
        inputs: What the run reads.
        writer: Who writes; the offline writer when None.
    """

    def __init__(self, inputs: RunInputs, writer: Writer | None = None) -> None:
        self._inputs = inputs
        self._stand_in = OfflineWriter(
            add_summary=inputs.config.add_summary,
            least_of_headline=inputs.config.findings.headline,
        )
        self.writer: Writer = writer or self._stand_in

    def key_of(self, job: SectionJob) -> Key:
        """The key of a section, but for its upstream texts; with its edit where it has one."""
        key = base_key(job, self.writer.identity(job))
        edit = self.edit(job, key.parts["evidence"])
        return key if edit is None else key.with_edit(edit.key)

    def record_of(self, job: SectionJob, key: Key) -> SectionRecord:
        """The section as the writer writes it, or a person's text where there is one.

        Args:
            job: The section.
            key: Its content key.

        Raises:
            StoppedError: The run cannot continue.
            CancelledError: The run was interrupted.
        """

        def by_writer() -> SectionRecord:
            return write_section(
                job, self.writer, self._stand_in, key=key.value, key_parts=key.parts
            )

        edit = self.edit(job, key.parts["evidence"])
        if edit is None:
            return by_writer()
        whole = job.model_copy(update={"evidence": self.everything(job)})
        standing = stand(edit, whole.evidence, self.writer.with_remarks)
        return edited_record(whole, standing, by_writer, self._stand_in, key)

    def edit(self, job: SectionJob, evidence_id: str) -> Edit | None:
        """The edit of a section with what it was made against; None when there is none."""
        edit = self._inputs.project.edits.of(job.section_id)
        if edit is None:
            return None
        last = self._inputs.folder.read_record(job.section_id)
        remembered = last.edit if last else None
        return settled(edit, self.everything(job), evidence_id, remembered)

    def everything(self, job: SectionJob) -> Evidence:
        """All that can be derived for a section; references of an edit may mean any of it."""
        spec = self._inputs.specs[job.section_id]
        return everything_of(self._inputs.project, spec, job.evidence)
