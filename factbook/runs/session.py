"""A run in this process: what its sections share, and the work on one section."""

from __future__ import annotations

import logging
import threading
from collections.abc import Iterable, Mapping, Sequence
from contextlib import AbstractContextManager, nullcontext
from dataclasses import replace
from functools import cached_property
from pathlib import Path
from typing import Any

from factbook.config.project import PROJECT_FILE
from factbook.diff.earlier import run_to_compare
from factbook.diff.run_content import RunContent
from factbook.edits.edit import Edit
from factbook.edits.edited import (
    edited_record,
    settled,
    stand,
)
from factbook.errors import CancelledError, ConfigError, Finding, StoppedError
from factbook.evidence.facts import Evidence
from factbook.folder.run_folder import RunFolder
from factbook.folder.unfinished import mark
from factbook.lease.lease import Lease
from factbook.project.project import Project
from factbook.project.section_evidence import everything_of, evidence_of
from factbook.runs.calls import RunCalls
from factbook.runs.earlier_part import NO_PART, EarlierPart
from factbook.runs.gate import Gate
from factbook.runs.manifest import NO_CALLS
from factbook.runs.progress import Progress
from factbook.runs.ref import RunRef, WorkRef
from factbook.runs.work_order import WorkOrder
from factbook.sheet.outline import Chapter, Outline, SectionSpec
from factbook.writing.job import SectionJob, Upstream, Writer
from factbook.writing.jobs import JobMaker
from factbook.writing.keys import (
    Key,
    base_key,
)
from factbook.writing.offline import OfflineWriter
from factbook.writing.record import SectionRecord, unseal
from factbook.writing.section import failed_section, write_section

log = logging.getLogger("factbook")


class Session:
    """A run in this process.

    Args:
        ref: Its name.
        project: The opened project.
        writer: Who writes; the configured writer when None.
        lease: The lease of its folder; None in a process that only works for a run.
        part: What the run did before a person was asked about its report.
        takes_standing: Whether unfinished sections stay as they stand too: a person decides about
            them, and is not to get others than they were shown.

    Attributes:
        is_owner: Whether this process has begun the run; others only write sections of it.
        is_begun: Whether a flow run works with it; a second one never does.
    """

    is_owner = True

    def __init__(
        self,
        ref: RunRef,
        project: Project,
        writer: Writer | None = None,
        lease: Lease | None = None,
        *,
        part: EarlierPart = NO_PART,
        takes_standing: bool = False,
    ) -> None:
        self.ref = ref
        self.lease = lease
        self.part = part
        self.takes_standing = takes_standing
        self.order: WorkOrder | None = None
        self.is_begun = False
        self.project = project
        self.config = project.config
        self.folder = RunFolder.of(ref.out_folder, project.slug)
        self.stop = threading.Event()
        self.gate = Gate(project.config.limits.max_workers, self.stop)
        self.specs = {spec.id: spec for spec in project.outline.sections_to_write}
        self.progress = Progress(len(self.specs))
        is_offline = project.config.provider_in_use == "offline"
        self.jobs = JobMaker(
            project.sheet,
            project.graph,
            project.config,
            project.context,
            for_model=not is_offline,
            editor_notes=project.notes.asked,
        )
        self.stand_in = OfflineWriter(add_summary=project.config.add_summary)
        self.calls: RunCalls | None = None
        if writer is None and not is_offline:
            self.calls = RunCalls.open(
                project,
                Path(ref.project),
                self.folder,
                ref.store_folder,
                self.progress,
                self.stop,
                is_owner=self.is_owner,
            )
            writer = self.calls.writer
        self.writer: Writer = writer or self.stand_in

    def prepare(self) -> None:
        """Compute and write all evidence, unless that is done.

        Raises:
            ConfigError: The run is to conclude an earlier one, and there is none; or it cannot be
                compared with the run of `compare_to`.
            StoppedError: The run folder cannot be written to.
        """
        self.require_earlier_run()
        self.compared  # noqa: B018 - read on first use
        self.keys  # noqa: B018 - computed on first use

    def require_earlier_run(self) -> None:
        """Make sure that there is something to conclude, when the run is to conclude only.

        Raises:
            ConfigError: The run is to conclude an earlier one, and there is none.
        """
        kept = [s for c in self.project.outline.chapters if c.is_kept for s in c.sections]
        if kept and not any(self.folder.read_record(section.id) for section in kept):
            raise ConfigError([_nothing_to_conclude(self.folder)])

    @cached_property
    def compared(self) -> RunContent | None:
        """The run of `compare_to`; None without one.

        Raises:
            ConfigError: It is no run of this project that can be compared with.
        """
        return run_to_compare(self.config, Path(self.ref.project), self.folder)

    def begin(self) -> None:
        """Note in the journal that a run begins, or goes on after a person was asked.

        Raises:
            StoppedError: The journal cannot be written to.
        """
        if self.calls is not None:
            self.calls.begin(self.config.provider_in_use, run=self.part.run)

    def call_rows(self) -> Sequence[Sequence[object]]:
        """Rows of ``calls.csv``."""
        if self.calls is None:
            return ()
        return self.calls.rows(section.id for section in self.project.whole.sections)

    def call_totals(self, exit_code: int) -> Mapping[str, object]:
        """What the model calls of the report come to, for ``run.json``.

        Args:
            exit_code: With which `end` is going to be called.
        """
        return self.calls.totals(exit_code) if self.calls is not None else NO_CALLS

    def end(self, exit_code: int) -> None:
        """Note in the journal how the run has ended.

        Args:
            exit_code: Exit code of the command line.
        """
        if self.calls is not None:
            self.calls.end(exit_code)

    def part_so_far(self, section_seconds: Mapping[str, float]) -> EarlierPart:
        """What the run has done, for when it goes on with other inputs.

        Args:
            section_seconds: Section id → seconds, of the sections that it worked on.
        """
        run = self.calls.run if self.calls is not None else ""
        return replace(self.part, run=run, section_seconds=section_seconds, review="")

    def chapter(self, chapter_id: str) -> Chapter:
        """A chapter as this run writes it."""
        return _chapter(self.project.outline, chapter_id)

    def whole_chapter(self, chapter_id: str) -> Chapter:
        """A chapter in the whole report."""
        return _chapter(self.project.whole, chapter_id)

    def hand_out(self) -> WorkRef:
        """Let other processes write sections of this run, until it stops or ends.

        Raises:
            StoppedError: The run folder cannot be written to.
        """
        self.order = WorkOrder(self.folder.path.resolve())
        self.order.issue()
        if self.stop.is_set():  # meanwhile
            self.order.withdraw()
        return WorkRef(
            project=str(Path(self.ref.project).resolve()),
            assignments=self.ref.assignments,
            out=str(self.ref.out_folder.resolve()),
            strict=self.ref.strict,
            fail_on_change=self.ref.fail_on_change,
            folder=str(self.order.folder),
            order=self.order.id,
            inputs=self.project.inputs_id,
            takes_standing=self.takes_standing,
        )

    def take_back(self) -> None:
        """Let no other process write sections of this run any more."""
        if self.order is not None:
            self.order.withdraw()

    def interrupt(self) -> None:
        """Stop: no section begins any more, and those that wait are woken."""
        self.stop.set()
        self.take_back()
        self.gate.open_all()
        if self.calls is not None:
            self.calls.stop()

    def verify_lease(self) -> None:
        """Make sure that the project is still this run's.

        Raises:
            StoppedError: Another run has taken it over; nothing must be written any more.
        """
        if self.lease is not None:
            self.lease.verify()

    def let_wait(self) -> None:
        """Leave the project to this flow run while it waits for approval.

        Raises:
            ValueError: The lease is of no flow run.
            StoppedError: Another run has taken the project over, or the disk is full.
        """
        if self.lease is not None:
            self.lease.suspend()

    def go_on(self, flow_run: str) -> None:
        """Hold the project again, after `let_wait`.

        Args:
            flow_run: Id of the flow run that has waited.

        Raises:
            ProjectBusyError: A person has let the project go, and another run holds it.
            StoppedError: The run folder cannot be written to.
        """
        self.lease = Lease.take(self.folder, flow_run=flow_run)
        self.lease.when_lost(self.interrupt)

    def leave(self) -> None:
        """Let others know that this process ends now, without an orderly end."""
        if self.lease is not None:
            self.lease.leave()

    def close(self) -> None:
        """Let go of connections, of the local model's server, and of the project."""
        self.take_back()
        try:
            if self.calls is not None:
                self.calls.close()
        finally:
            if self.lease is not None:
                self.lease.release()

    @cached_property
    def keys(self) -> Mapping[str, Key]:
        """Section id → key without upstream. Computes and writes all evidence the first time.

        Raises:
            StoppedError: The run folder cannot be written to.
        """
        self.folder.create()
        mark(self.folder.path)
        keys: dict[str, Key] = {}
        for spec, evidence in evidence_of(self.project, self.specs):
            job = self.jobs.make(spec, evidence)
            key = self.key_of(job)
            if edit := self._edit(job, key.parts["evidence"]):
                # Its references may mean facts that only the whole evidence holds.
                evidence = self._everything(job)
                self.project.edits.note(self.project.folder, edit)
            self.folder.write_evidence(evidence, key.parts["evidence"])
            keys[spec.id] = key
        return keys

    def content_key(self, section_id: str, upstream: Iterable[Mapping[str, Any]]) -> Key:
        """The key of a section once its upstream records are there.

        Args:
            section_id: The section.
            upstream: Sealed records of the sections before it in the same chapter.
        """
        spec = self.specs[section_id]
        return self.keys[section_id].with_upstream(self._upstream(spec, upstream))

    def write(self, section_id: str, upstream: Iterable[Mapping[str, Any]]) -> SectionRecord:
        """Write one section and save its record; what goes wrong in it alone becomes its status.

        Args:
            section_id: The section.
            upstream: Sealed records of the sections before it in the same chapter.

        Raises:
            CancelledError: The run was interrupted before the section began.
            StoppedError: The run cannot go on, another has taken the project over, or the record
                cannot be saved.
        """
        spec = self.specs[section_id]
        before = self._upstream(spec, upstream)
        key = self.keys[section_id].with_upstream(before)
        if self.takes_standing and (standing := self._standing(section_id, key)) is not None:
            return standing
        with self.gate.permit():
            self.progress.begin()
            try:
                job = self._job(spec, before)
                with self._turn():
                    record = self.record_of(job, key)
                    record.text, record.summary_text  # noqa: B018 - unrenderable text fails here
            except (CancelledError, StoppedError):
                raise
            except Exception as error:  # the border: it becomes the status
                log.exception("%s failed", section_id)
                reason = f"{type(error).__name__}: {error}"
                record = failed_section(section_id, reason, key=key.value, key_parts=key.parts)
            finally:
                self.progress.end()
        self.verify_lease()  # a process that slept may wake after another has taken over
        self.folder.save_record(record)
        if self.is_owner:  # else the owner tells, when it takes the record over
            tell(record)
        return record

    def saved(self, section_id: str, upstream: Iterable[Mapping[str, Any]]) -> SectionRecord | None:
        """The record in the run folder, if it is the one that this run would make."""
        return self._standing(section_id, self.content_key(section_id, upstream))

    def key_of(self, job: SectionJob) -> Key:
        """The key of a section, but for its upstream texts; with its edit where it has one."""
        key = base_key(job, self.writer.identity(job))
        edit = self._edit(job, key.parts["evidence"])
        return key if edit is None else key.with_edit(edit.key)

    def record_of(self, job: SectionJob, key: Key) -> SectionRecord:
        """The section as the writer writes it, or a person's text where there is one.

        Args:
            job: The section.
            key: Its content key.

        Raises:
            StoppedError: The run cannot go on.
            CancelledError: The run was interrupted.
        """

        def by_writer() -> SectionRecord:
            return write_section(
                job, self.writer, self.stand_in, key=key.value, key_parts=key.parts
            )

        edit = self._edit(job, key.parts["evidence"])
        if edit is None:
            return by_writer()
        whole = job.model_copy(update={"evidence": self._everything(job)})
        standing = stand(edit, whole.evidence, self.writer.with_remarks)
        return edited_record(whole, standing, by_writer, self.stand_in, key)

    def unchanged(self, chapter: Chapter) -> list[SectionRecord]:
        """Records of the last run that this run would make again just so, or leaves as they are.

        A section whose upstream of the same chapter is written anew is none of them.

        Args:
            chapter: A chapter as this run writes it.
        """
        own = {spec.id for spec in chapter.sections}
        found: dict[str, SectionRecord] = {}
        for spec in chapter.in_order_of_edges():
            upstream = [name for name in spec.upstream if name in own]
            if all(name in found for name in upstream):
                record = self.saved(spec.id, [found[name].sealed() for name in upstream])
                if record is not None and (record.is_finished or self.takes_standing):
                    found[spec.id] = record
        return list(found.values())

    def _standing(self, section_id: str, key: Key) -> SectionRecord | None:
        record = self.folder.read_record(section_id)
        return record if record is not None and record.key == key.value else None

    def _edit(self, job: SectionJob, evidence_id: str) -> Edit | None:
        """The edit of a section with what it was made against; None when there is none."""
        edit = self.project.edits.of(job.section_id)
        if edit is None:
            return None
        last = self.folder.read_record(job.section_id)
        remembered = last.edit if last else None
        return settled(edit, self._everything(job), evidence_id, remembered)

    def _everything(self, job: SectionJob) -> Evidence:
        """All that can be derived for a section."""
        return everything_of(self.project, self.specs[job.section_id], job.evidence)

    def _turn(self) -> AbstractContextManager[None]:
        """The turn to compute, where sections wait for answers in between."""
        return self.calls.turn.permit() if self.calls is not None else nullcontext()

    def _job(self, spec: SectionSpec, before: tuple[Upstream, ...]) -> SectionJob:
        return self.jobs.make(spec, self.folder.read_evidence(spec.id), before)

    def _upstream(
        self, spec: SectionSpec, sealed: Iterable[Mapping[str, Any]]
    ) -> tuple[Upstream, ...]:
        """Texts that a section follows on from: of its chapter, else as they stand in the folder.

        Chapters run in the order of their edges, so that the folder holds this run's record of a
        section in an earlier chapter, or the last run's of one that is not selected.
        """
        given = {str(body["section_id"]): body for body in sealed}
        records: dict[str, SectionRecord | None] = {}
        for section_id in spec.upstream:
            body = given.get(section_id)
            if body is not None:
                records[section_id] = unseal(body, section_id)
            else:
                records[section_id] = self.folder.read_record(section_id)
        return self.jobs.upstream(spec, records)


def _nothing_to_conclude(folder: RunFolder) -> Finding:
    return Finding(
        severity="error",
        code="config.nothing-to-conclude",
        message="run_main_report is false, and no earlier run has written a section of the report "
        f"in {folder.path}",
        file=PROJECT_FILE,
        remedy="Run with run_main_report = true first, or give the folder of that run with --out",
    )


def tell(record: SectionRecord) -> None:
    """One line a section, with the reason where it is not written."""
    if record.is_finished:
        log.info("%s %s in %.2f s", record.section_id, record.status, record.seconds)
    else:
        log.warning("%s %s: %s", record.section_id, record.status, record.reason)


def _chapter(outline: Outline, chapter_id: str) -> Chapter:
    return next(chapter for chapter in outline.chapters if chapter.id == chapter_id)
