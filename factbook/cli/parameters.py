"""Parameters that commands share, with what their help says."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

from cyclopts import Parameter

Project = Annotated[Path, Parameter(help="The project: a folder that holds project.toml.")]
Settings = Annotated[
    list[str] | None,
    Parameter(
        name="--set",
        negative="",
        help="A setting on top of project.toml, such as limits.max_workers=8; may be repeated.",
    ),
]
Strict = Annotated[bool, Parameter(negative="", help="Treat warnings as errors.")]
Out = Annotated[
    Path | None, Parameter(help="Folder for the results; default: out inside the project.")
]
ProviderName = Annotated[str | None, Parameter(help="offline, openai or local.")]
Engine = Annotated[
    str | None, Parameter(help="What carries the work: prefect, or threads of this process.")
]
Objectives = Annotated[str | None, Parameter(help="Only these chapters: ids separated by commas.")]
DryRun = Annotated[
    bool,
    Parameter(negative="", help="Only say what would be written and why, and what it would cost."),
]
DryRunJson = Annotated[
    bool, Parameter(negative="", help="With --dry-run: print JSON for machines.")
]
Verbose = Annotated[
    bool, Parameter(negative="", help="With --dry-run: each section with its causes.")
]
Rewrite = Annotated[
    list[str] | None,
    Parameter(negative="", help="Rewrite this section (1.1.1@AT); may be repeated."),
]
RewriteNote = Annotated[
    str | None,
    Parameter(help="With --rewrite: what to do better, such as 'shorter, mention hydro'."),
]
Confirm = Annotated[
    list[str] | None,
    Parameter(
        negative="",
        help="Keep the outdated edit of this section as it is; may be repeated.",
    ),
]
FailOnChange = Annotated[
    bool,
    Parameter(negative="", help="End with 1 when a text or title is not as in the last run."),
]
Json = Annotated[bool, Parameter(negative="", help="Print JSON for machines.")]
