"""The earlier Python interface: a configuration, a prompt sheet and frames in, a report out."""

from __future__ import annotations

import tempfile
from collections.abc import Mapping
from pathlib import Path

import pandas as pd

from factbook.config.project_config import (
    EngineName,
    ProjectConfig,
    project_slug,
)
from factbook.folder.run_folder import RunFolder
from factbook.project.dataframes import (
    INPUTS,
    Frames,
    add_kept,
    given_name,
    write_inputs,
)
from factbook.runs.outcome import Outcome
from factbook.runs.ref import RunRef
from factbook.runs.start import start_run
from factbook.writing.job import Writer
from flows.engines import engine_named


class ReportGenerationPipeline:
    """Writes a report from Python.

    What is handed in is written to ``<out>/<slug>/inputs/`` as a project, once it is right and the
    run holds the project, and the same flow runs on that folder as from the command line.

    Args:
        config: The configuration. Paths in it are relative to the working directory.
        prompt_sheet: A workbook's path, or frames by sheet name.
        etm_data: The ETM-like table: a frame, or a file's path.
        nodalsplit: The node split: a frame, or a file's path.
        borders: The borders: a frame, or a file's path.
        tables: Further tables by name: frames.
        out: The folder for the results.
        writer: Who writes; the configured writer when None.
        engine: ``prefect`` or ``threads``; as configured (``run.engine``) when None.

    Raises:
        UserError: From `run`: the inputs have errors; all of them at once.
        StoppedError: From `run`: the folder cannot be written to, or the engine did not start.
    """

    def __init__(
        self,
        config: ProjectConfig,
        prompt_sheet: str | Path | Mapping[str, pd.DataFrame],
        etm_data: pd.DataFrame | str | Path | None = None,
        nodalsplit: pd.DataFrame | str | Path | None = None,
        *,
        borders: pd.DataFrame | str | Path | None = None,
        tables: Mapping[str, pd.DataFrame] | None = None,
        out: str | Path = "out",
        writer: Writer | None = None,
        engine: EngineName | None = None,
    ) -> None:
        self._config = config
        self._frames = Frames(prompt_sheet, etm_data, nodalsplit, borders, dict(tables or {}))
        self._out = Path(out)
        self._writer = writer
        self._engine = engine

    def run(self) -> Outcome:
        """Write the report; return how the run ended and where it stands."""
        name = given_name(self._config, self._frames)
        config = self._config.model_copy(update={"project_name": name})
        folder = RunFolder.of(self._out, project_slug(name)).path / INPUTS
        with tempfile.TemporaryDirectory(prefix="factbook-inputs-") as parent:
            inputs = write_inputs(config, self._frames, Path(parent))
            add_kept(folder, inputs)
            ref = RunRef(project=str(folder), out=str(self._out), is_trusted=True)
            with engine_named(self._engine or config.run.engine) as engine:
                return start_run(ref, engine, writer=self._writer, inputs=inputs)
