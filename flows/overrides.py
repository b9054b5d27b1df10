"""What a start of the report may change about the project: the form of the Prefect UI."""

from __future__ import annotations

import json
from typing import Annotated, Any, Literal

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field

from factbook.config.project_config import (
    GuidelineLevel,
    Output,
    ProjectConfig,
    Provider,
    Runner,
)
from factbook.runs.ref import RunRef
from factbook.runs.rewrite import RewriteRequest
from flows.form_fields import AS_IN_PROJECT, IDS, LONGEST_NOTE, LONGEST_PATH, form_field
from flows.form_patterns import DAY, LONGEST_SETTING, NO_SECRET, SECTION_ID

_UNTOUCHED = (AS_IN_PROJECT, "", 0, ())
_YES_OR_NO = {"yes": True, "no": False}

Switch = Literal["as in project", "yes", "no"]


def _as_a_form(schema: dict[str, Any]) -> None:
    """Have the UI show the fields in their order, and say what an untouched form does."""
    schema["description"] = "Changes for this run alone. Fields left alone are as in project.toml."
    for position, body in enumerate(schema["properties"].values()):
        body["position"] = position


class Overrides(BaseModel):
    """Changes to the project for one run; untouched, all is as in the project.

    A field whose name is a key of project.toml, or that names one, sets that key; the descriptions
    below say the rest. Empty lists and texts, and 0, mean as in the project.
    """

    model_config = ConfigDict(frozen=True, extra="forbid", json_schema_extra=_as_a_form)

    provider: Literal["as in project", Provider] = form_field(
        "Provider",
        "Who writes. offline: sentences from the data, free. openai: a model; its key is on the "
        "server or the worker, never here. local: a model file on the worker.",
    )
    review: Switch = form_field(
        "Approval", "Have a person approve the report before it is exported and published."
    )
    budget_usd: float = form_field(
        "Budget in USD",
        "The most that the report may cost. 0: as in project.",
        0.0,
        key="limits.budget_usd",
        minimum=0,
    )
    objective_list: tuple[str, ...] = form_field(
        "Chapters",
        "Ids of the only chapters to write, such as 1. Empty: as in project.",
        (),
        items=IDS,
    )
    sub_task_list: tuple[str, ...] = form_field(
        "Sub-tasks",
        "Ids of the only sub-tasks to write, such as 1.1.2. Empty: as in project.",
        (),
        items=IDS,
    )
    outputs: tuple[Output, ...] = form_field(
        "Formats", "Of the report's files. Empty: as in project.", ()
    )
    test_mode: Switch = form_field(
        "Test mode", "Write only the first sub-task of each task, for two places and the region."
    )
    report_date: str = form_field(
        "Date of the report",
        "Day on the title page, such as 2026-01-31. Empty: as in project.",
        "",
        pattern=DAY,
        maxLength=10,
    )
    guideline_level: Literal["as in project", GuidelineLevel] = form_field(
        "Guidelines", "Which column of the sheet's Text Guidelines the texts follow."
    )
    conclude_report: Switch = form_field("Conclusion", "Have a last chapter conclude the report.")
    add_summary: Switch = form_field("Summaries", "Have each section summarised.")
    add_feedback: Switch = form_field(
        "Sense check", "Have a model read each section again and say what is odd in it."
    )
    add_final_polish: Switch = form_field("Final edit", "Have a model edit each section at last.")
    show_edits: Switch = form_field(
        "Show edits", "Say in the report which sections a person has edited."
    )
    only_if_changed: Switch = form_field(
        "Only if changed", "End at once as Cached when no section would change."
    )
    rewrite: tuple[str, ...] = form_field(
        "Sections to rewrite",
        "Ids of sections to rewrite, such as 1.1.1@AT. Empty: none.",
        (),
        items={**IDS, "pattern": SECTION_ID},
    )
    note: str = form_field(
        "Note to the writer",
        "What to do better in the sections to rewrite, such as: shorter, mention hydro. "
        "Empty: no new note.",
        "",
        maxLength=LONGEST_NOTE,
    )
    run_objectives_concurrent: Switch = form_field(
        "Chapters side by side", "Write chapters at the same time."
    )
    run_task_concurrent: Switch = form_field(
        "Sections side by side", "Write the sections of a chapter at the same time."
    )
    runner: Literal["as in project", Runner] = form_field(
        "Runner", "Where sections are written. thread: in the run itself. dask: on a Dask cluster."
    )
    strict: bool = form_field("Strict", "Take warnings about sheet and data as errors.", False)
    fail_on_change: bool = form_field(
        "Fail on change", "End as Incomplete when a text differs from the last run's.", False
    )
    settings: tuple[str, ...] = form_field(
        "Further settings",
        "Keys of project.toml, one an item, such as limits.max_workers=8; they count before the "
        "fields above. Never a secret: the server keeps what is filled in.",
        (),
        items={"type": "string", "pattern": NO_SECRET, "maxLength": LONGEST_SETTING},
    )
    out: Annotated[str, BeforeValidator(lambda value: value or "")] = form_field(
        "Folder for results",
        "A path on the worker. Empty: out, inside the project.",
        "",
        maxLength=LONGEST_PATH,
    )

    @property
    def assignments(self) -> tuple[str, ...]:
        """``--set`` assignments: of the fields that were touched, then the further settings."""
        found = []
        for name, key in _keys().items():
            value = _given(getattr(self, name))
            if value not in _UNTOUCHED:
                text = json.dumps(_YES_OR_NO.get(value, value), ensure_ascii=False)
                found.append(f"{key}={text}")
        return (*found, *_given(self.settings))

    @property
    def touched(self) -> tuple[str, ...]:
        """Titles of the fields that change something."""
        untouched = Overrides()
        return tuple(
            str(field.title)
            for name, field in Overrides.model_fields.items()
            if _given(getattr(self, name)) != getattr(untouched, name)
        )

    @property
    def request(self) -> RewriteRequest:
        """What the person who starts the run asks of sections."""
        return RewriteRequest(_given(self.rewrite), self.note.strip() or None)

    def run_of(self, project: str) -> RunRef:
        """The run of a project with these changes."""
        return RunRef(
            project=project,
            assignments=self.assignments,
            out=self.out or None,
            strict=self.strict,
            fail_on_change=self.fail_on_change,
        )


def _keys() -> dict[str, str]:
    """Field → the key of project.toml that it sets, of the fields that set one."""
    found = {}
    for name, field in Overrides.model_fields.items():
        extra = field.json_schema_extra
        if isinstance(extra, dict) and "key" in extra:
            found[name] = str(extra["key"])
        elif name in ProjectConfig.model_fields:
            found[name] = name
    return found


def _given(value: Any) -> Any:
    """A value, a list without the lines that were left blank."""
    return tuple(line for line in value if line.strip()) if isinstance(value, tuple) else value


OverridesField = Annotated[
    Overrides, Field(json_schema_extra={"title": "Changes for this run alone"})
]
"""The changes, as a form shows them."""
