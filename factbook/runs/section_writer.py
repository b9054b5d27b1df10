"""The writer of one section of a run: from its job to its saved record."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterator, Mapping
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass

from factbook.errors import CancelledError, StoppedError
from factbook.folder.unfinished import mark
from factbook.project.section_evidence import evidence_of
from factbook.runs.author import Author
from factbook.runs.control import RunControl
from factbook.runs.inputs import RunInputs
from factbook.runs.semaphore import FairSemaphore
from factbook.sheet.outline import Chapter, SectionSpec
from factbook.writing.job import SectionJob, Upstream
from factbook.writing.keys import Key
from factbook.writing.record import SectionRecord
from factbook.writing.section import failed_section

log = logging.getLogger("factbook")


@dataclass(frozen=True)
class Written:
    """What a section became.

    Attributes:
        record: Its record, which stands in the run folder.
        is_new: Whether it was written now; False where it stood there already.
    """

    record: SectionRecord
    is_new: bool


class SectionWriter:
    """Writes the sections of a run in this process, and names those that need no writing.

    The run folder holds all that a section depends on: its evidence, and the records of the
    sections that it follows on from. Those are saved before it begins.

    Args:
        inputs: What the run reads.
        control: What its threads share.
        author: Who writes the texts.
        computing: Held while a section computes, where the calls of its writer release it.
        keys: Section id → key without upstream, of a process that only works for the run; None
            where `prepare` is to compute them.
    """

    def __init__(
        self,
        inputs: RunInputs,
        control: RunControl,
        author: Author,
        computing: FairSemaphore | None = None,
        keys: Mapping[str, Key] | None = None,
    ) -> None:
        self._inputs = inputs
        self._control = control
        self._author = author
        self._computing = computing
        self._is_prepared = keys is not None
        self._keys: Mapping[str, Key] = keys if keys is not None else {}

    def prepare(self, on_change: Callable[[], None] = lambda: None) -> None:
        """Compute and write all evidence, and the keys of all sections, unless that is done.

        Args:
            on_change: Called, once or more, as soon as there is a section to write.

        Raises:
            StoppedError: The run folder cannot be written to.
        """
        if self._is_prepared:
            return
        folder = self._inputs.folder
        folder.create()
        mark(folder.path)
        keys: dict[str, Key] = {}
        self._keys = keys
        changed: set[str] = set()
        for spec, evidence in evidence_of(self._inputs.project, self._inputs.specs):
            job = self._inputs.jobs.make(spec, evidence)
            key = self._author.key_of(job)
            if edit := self._author.edit(job, key.parts["evidence"]):
                evidence = self._author.everything(job)
                self._inputs.project.edits.note(self._inputs.project.folder, edit)
            folder.write_evidence(evidence, key.parts["evidence"])
            keys[spec.id] = key
            if not changed.isdisjoint(spec.upstream) or self.standing(spec.id) is None:
                changed.add(spec.id)
                on_change()
        self._inputs.project.builder.forget()  # from here on the run folder has the evidence
        self._is_prepared = True

    def content_key(self, section_id: str) -> Key:
        """The key of a section, once the sections that it follows on from are there."""
        upstream = self._upstream(self._inputs.specs[section_id])
        return self._keys[section_id].with_upstream(upstream)

    def saved(self, section_id: str) -> SectionRecord | None:
        """The record in the run folder, if it is of the key that this run would give it."""
        record = self._inputs.folder.read_record(section_id)
        is_it = record is not None and record.key == self.content_key(section_id).value
        return record if is_it else None

    def standing(self, section_id: str) -> SectionRecord | None:
        """The record in the run folder, if this run leaves it as it is."""
        record = self.saved(section_id)
        stays = record is not None and (record.is_finished or self._inputs.takes_standing)
        return record if stays else None

    def unchanged(self, chapter: Chapter) -> Iterator[SectionRecord]:
        """Records of earlier runs that this run leaves as they are.

        A section whose upstream of the same chapter is written again is not among them.

        Args:
            chapter: A chapter as this run writes it.
        """
        own = {spec.id for spec in chapter.sections}
        found: set[str] = set()
        for spec in chapter.in_order_of_edges():
            if own.intersection(spec.upstream) <= found:
                record = self.standing(spec.id)
                if record is not None:
                    found.add(spec.id)
                    yield record

    def write(self, section_id: str) -> Written:
        """Write a section and save its record; what fails in it alone becomes its status.

        Raises:
            CancelledError: The run was interrupted before the section began.
            StoppedError: The run cannot go on, another has taken the project over, or the record
                cannot be saved.
        """
        record = self.standing(section_id)
        if record is not None:
            return Written(record, is_new=False)
        record = self._written(section_id)
        self._control.verify_lease()  # a process that slept may wake after another took over
        self._inputs.folder.save_record(record)
        return Written(record, is_new=True)

    def _written(self, section_id: str) -> SectionRecord:
        spec = self._inputs.specs[section_id]
        before = self._upstream(spec)
        key = self._keys[section_id].with_upstream(before)
        with self._control.sections.permit():
            self._control.progress.begin()
            try:
                job = self._job(spec, before)
                with self._permit_to_compute():
                    record = self._author.record_of(job, key)
                    # An unrenderable text fails here.
                    record.shown, record.message_texts  # noqa: B018
                return record
            except (CancelledError, StoppedError):
                raise
            except Exception as error:  # the border: it becomes the status
                log.exception("%s failed", section_id)
                reason = f"{type(error).__name__}: {error}"
                return failed_section(section_id, reason, key=key.value, key_parts=key.parts)
            finally:
                self._control.progress.end()

    def _permit_to_compute(self) -> AbstractContextManager[None]:
        return self._computing.permit() if self._computing is not None else nullcontext()

    def _job(self, spec: SectionSpec, before: tuple[Upstream, ...]) -> SectionJob:
        return self._inputs.jobs.make(spec, self._inputs.folder.read_evidence(spec.id), before)

    def _upstream(self, spec: SectionSpec) -> tuple[Upstream, ...]:
        """Texts that a section follows on from, as the run folder holds them.

        Sections run in the order of their edges, so that it holds this run's record of each, or
        the last run's of one that is not selected.
        """
        records = {name: self._inputs.folder.read_record(name) for name in spec.upstream}
        return self._inputs.jobs.upstream(spec, records)
