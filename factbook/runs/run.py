"""A run in this process: its inputs, the writer of its sections, its model calls, its control."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from pathlib import Path

from factbook.folder.manifest_parts import ReportCalls
from factbook.lease.lease import Lease
from factbook.project.project import Project
from factbook.runs.author import Author
from factbook.runs.control import RunControl
from factbook.runs.earlier_part import NO_PART, EarlierPart
from factbook.runs.inputs import RunInputs
from factbook.runs.make_manifest import NO_CALLS
from factbook.runs.opening import project_of
from factbook.runs.ref import RunRef
from factbook.runs.run_calls import RunCalls
from factbook.runs.section_writer import SectionWriter
from factbook.writing.job import Writer


class Run:
    """A run that holds its project.

    Args:
        ref: Its name.
        project: The opened project.
        lease: The lease of its folder.
        writer: Who writes; the configured writer when None.
        part: What the run did before a person was asked about its report.
        takes_standing: Whether unfinished sections stay as they stand; see `RunInputs`.

    Attributes:
        inputs: What it reads; other inputs once it has changed them (`renew`).
        control: What its threads share.
        sections: Writes its sections.
        calls: Its model calls; None when it makes none.
        part: What it did before a person was asked about its report.
    """

    def __init__(
        self,
        ref: RunRef,
        project: Project,
        lease: Lease | None = None,
        *,
        writer: Writer | None = None,
        part: EarlierPart = NO_PART,
        takes_standing: bool = False,
    ) -> None:
        self._writer = writer
        self.part = part
        self.inputs = RunInputs.of(ref, project, takes_standing=takes_standing)
        limit = project.config.limits.max_workers
        self.control = RunControl(limit, len(self.inputs.specs), lease)
        self._open()
        if lease is not None:
            lease.when_lost(self.interrupt)

    def _open(self) -> None:
        """Make ready to write with the present inputs."""
        inputs, control = self.inputs, self.control
        self.calls: RunCalls | None = None
        writer = self._writer
        if writer is None and not inputs.is_offline:
            self.calls = open_calls(inputs, control)
            writer = self.calls.writer
        computing = self.calls.computing if self.calls is not None else None
        self.sections = SectionWriter(inputs, control, Author(inputs, writer), computing)

    def prepare(self, on_change: Callable[[], None] = lambda: None) -> None:
        """Compute and write all evidence; see `SectionWriter.prepare`.

        Raises:
            ConfigError: An earlier run is missing that the run builds on.
            StoppedError: The run folder cannot be written to.
        """
        self.inputs.require_earlier_runs()
        self.sections.prepare(on_change)

    def renew(self, part: EarlierPart | None = None) -> None:
        """Read the project again, as the run itself has changed it.

        Args:
            part: What the run did before; None leaves that as it was.

        Raises:
            UserError: The project has errors.
        """
        ref = self.inputs.ref
        project = project_of(ref)
        self._close_calls()
        self.part = self.part if part is None else part
        self.inputs = RunInputs.of(ref, project)
        self.control.progress.restart(len(self.inputs.specs))
        self._open()
        if self.control.stop.is_set() and self.calls is not None:  # interrupted meanwhile
            self.calls.stop()

    def begin_calls(self) -> None:
        """Note in the journal that the run begins, or continues after an approval.

        Raises:
            StoppedError: The journal cannot be written to.
        """
        if self.calls is not None:
            self.calls.begin(self.inputs.config.provider_in_use, run=self.part.run)

    def end_calls(self, exit_code: int) -> None:
        """Note in the journal how the run has ended.

        Args:
            exit_code: Exit code of the command line.
        """
        if self.calls is not None:
            self.calls.end(exit_code)

    def call_rows(self) -> Sequence[Sequence[object]]:
        """Rows of ``calls.csv``."""
        if self.calls is None:
            return ()
        return self.calls.rows(section.id for section in self.inputs.project.whole.sections)

    def call_totals(self, exit_code: int) -> ReportCalls:
        """What the model calls of the report come to, for ``run.json``.

        Args:
            exit_code: With which `end_calls` is going to be called.
        """
        return self.calls.totals(exit_code) if self.calls is not None else NO_CALLS

    def part_so_far(self, section_seconds: Mapping[str, float]) -> EarlierPart:
        """What the run has done, for when it continues with other inputs.

        Args:
            section_seconds: Section id → seconds, of the sections that it worked on.
        """
        run = self.calls.run if self.calls is not None else ""
        return replace(self.part, run=run, section_seconds=section_seconds, review="")

    def interrupt(self) -> None:
        """Stop: no section begins any more, calls are cancelled, and what waits is woken."""
        self.control.interrupt()
        if self.calls is not None:
            self.calls.stop()

    def suspend(self) -> None:
        """Leave the project to this flow run while it waits for approval.

        Raises:
            ValueError: The lease is not that of a flow run.
            StoppedError: Another run has taken the project over, or the disk is full.
        """
        if self.control.lease is not None:
            self.control.lease.suspend()

    def resume(self, flow_run: str) -> None:
        """Hold the project again, after `suspend`.

        Args:
            flow_run: Id of the flow run that has waited.

        Raises:
            ProjectBusyError: A person has let the project go, and another run holds it.
            StoppedError: The run folder cannot be written to.
        """
        self.control.lease = Lease.take(self.inputs.folder, flow_run=flow_run)
        self.control.lease.when_lost(self.interrupt)

    def close(self) -> None:
        """Close connections, end the local model's server, and give the project up."""
        try:
            self._close_calls()
        finally:
            self.control.close()

    def _close_calls(self) -> None:
        if self.calls is not None:
            self.calls.close()


def open_calls(inputs: RunInputs, control: RunControl, *, is_owner: bool = True) -> RunCalls:
    """Make ready to ask the configured provider; nothing is asked yet.

    Args:
        inputs: What the run reads.
        control: What its threads share.
        is_owner: Whether this process has begun the run.

    Raises:
        StoppedError: Run folder or store cannot be written to, a shared journal is unavailable, or
            the local model's server did not start.
    """
    return RunCalls.open(
        inputs.project,
        Path(inputs.ref.project),
        inputs.folder,
        inputs.ref.store_folder,
        control.progress,
        control.stop,
        is_owner=is_owner,
    )
