"""The command line. Nothing heavy is imported before a command needs it."""

from __future__ import annotations

import gc
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

from cyclopts import App, CycloptsError, Parameter

from factbook import __version__
from factbook.cli.home import temporary_home
from factbook.cli.outputs import OutputError, discard, guard_outputs
from factbook.cli.parameters import (
    Confirm,
    DryRun,
    DryRunJson,
    Engine,
    FailOnChange,
    Json,
    Objectives,
    Out,
    Project,
    ProviderName,
    Rewrite,
    RewriteNote,
    Settings,
    Strict,
    Verbose,
)
from factbook.cli.store_app import store
from factbook.runs.garbage import rarely_searched

if TYPE_CHECKING:
    from factbook.cli.approve import DecideOnServer
    from factbook.cli.engines import EngineMaker
    from factbook.config.project_config import EngineName
    from factbook.runs.ref import RunRef

CLOSED_OUTPUT = 141
"""Exit code when nobody reads the output any more: that of a program killed by SIGPIPE."""

app = App(
    name="factbook",
    version=__version__,
    help="Write reports from a prompt sheet and data, every figure traceable to the data.",
    default_parameter=Parameter(show_default=False),  # those of flags are False
)


@dataclass(frozen=True)
class Program:
    """What the program that holds the command line brings to it.

    Attributes:
        engines: Engines beside threads, by name.
        decide_on_server: Decides about a run that waits on a server.
    """

    engines: Mapping[EngineName, EngineMaker] = field(default_factory=dict)
    decide_on_server: DecideOnServer | None = None


_program = Program()


def _ref(
    project: Path,
    settings: Sequence[str],
    out: Path | None,
    *,
    strict: bool = False,
    fail_on_change: bool = False,
) -> RunRef:
    from factbook.runs.ref import RunRef

    return RunRef(
        project=str(project),
        assignments=tuple(settings),
        out=str(out) if out is not None else None,
        strict=strict,
        fail_on_change=fail_on_change,
        may_raise_limits=True,
    )


@app.command
def run(
    project: Project,
    /,
    *,
    out: Out = None,
    provider: ProviderName = None,
    engine: Engine = None,
    objectives: Objectives = None,
    dry_run: DryRun = False,
    json: DryRunJson = False,
    verbose: Verbose = False,
    rewrite: Rewrite = None,
    note: RewriteNote = None,
    confirm: Confirm = None,
    fail_on_change: FailOnChange = False,
    strict: Strict = False,
    set_: Settings = None,
) -> int:
    """Write a project's report.

    Ends with 0 when every section is written, 1 when some are missing, 2 on bad input, 3 when the
    run stopped early and can be resumed, 130 when it was interrupted.
    """
    if (json or verbose) and not dry_run:
        option = "--json" if json else "--verbose"
        return _usage_error(f"{option} needs --dry-run; the result of a run is in run.json.")
    if dry_run and (rewrite or confirm or note is not None):
        return _usage_error(
            "--rewrite and --confirm write into the project, so they do not go with --dry-run."
        )
    settings = list(set_ or ())
    for key, value in (("provider", provider), ("run.engine", engine)):
        if value is not None:
            settings.append(f"{key}={value}")
    if objectives is not None:
        settings.append(f"objective_list={_quoted(objectives)}")
    ref = _ref(project, settings, out, strict=strict, fail_on_change=fail_on_change)
    if dry_run:
        from factbook.cli.dry_run import show_plan

        return show_plan(ref, as_json=json, is_verbose=verbose)
    from factbook.cli.engines import engine_for
    from factbook.cli.run import run_report
    from factbook.runs.rewrite import RewriteRequest

    request = RewriteRequest(tuple(rewrite or ()), note, tuple(confirm or ()))
    return run_report(ref, engine_for(ref, _program.engines), request=request)


@app.command
def check(
    project: Project,
    /,
    *,
    json: Json = False,
    out: Annotated[
        Path | None,
        Parameter(help="Folder for the results, whose call store may hold answers already."),
    ] = None,
    strict: Strict = False,
    explain_measures: Annotated[
        bool,
        Parameter(negative="", help="Print for each measure what may be done to it, and why."),
    ] = False,
    set_: Settings = None,
) -> int:
    """Check a project's sheet and data, and forecast what a run would ask. Calls no model.

    Ends with 0 when a run could start, with 2 when something has to be corrected first.
    """
    from factbook.cli.check import check_project

    return check_project(
        project,
        tuple(set_ or ()),
        out,
        as_json=json,
        strict=strict,
        explain_measures=explain_measures,
    )


@app.command
def init(
    *tables: Annotated[Path, Parameter(help="Files with tables: CSV, xlsx, Parquet, SDMX …")],
    out: Annotated[
        Path | None, Parameter(help="Folder to make; default: called like the report, here.")
    ] = None,
    name: Annotated[str, Parameter(help="Name of the report; default: the table's title.")] = "",
    place: Annotated[
        str, Parameter(help="Column of the places, or the place that all rows are of.")
    ] = "",
    period: Annotated[
        str, Parameter(help="Column of the periods, or the period that all rows are of.")
    ] = "",
    value: Annotated[
        list[str] | None, Parameter(negative="", help="Column of figures; may be repeated.")
    ] = None,
    category: Annotated[str, Parameter(help="Column of the categories.")] = "",
    unit: Annotated[str, Parameter(help="Column of the units, or the unit of all figures.")] = "",
    sheet: Annotated[str, Parameter(help="Worksheet of a workbook.")] = "",
) -> int:
    """Make a project with a draft sheet from tables: places, periods, measures are guessed.

    Every guess is a line of its project.toml with its reason. Ends with 0 when the project passes
    factbook check, with 2 when nothing was written, because a table can't be read or guessed.
    """
    from factbook.cli.init import make_project
    from factbook.init.guess import Said

    said = Said(place, period, tuple(value or ()), category, unit, sheet)
    return make_project(tables, out, name, said)


@app.command
def diff(
    old: Annotated[Path, Parameter(help="The earlier run: OUT/PROJECT, or one of its runs/ID.")],
    new: Annotated[Path, Parameter(help="The later run.")],
    /,
    *,
    json: Json = False,
    words: Annotated[bool, Parameter(negative="", help="Show the texts word by word.")] = False,
    html: Annotated[Path | None, Parameter(help="Write a page for an editor there.")] = None,
    fail_on_change: Annotated[
        bool, Parameter(negative="", help="End with 1 when a text or title has changed.")
    ] = False,
) -> int:
    """Say what changed between two runs of a project, section by section, and why.

    Ends with 0, with 1 when a text or title reads otherwise and --fail-on-change is given, and
    with 2 when one of the folders is not a run folder that can be compared.
    """
    from factbook.cli.diff import show_diff

    return show_diff(
        old, new, as_json=json, with_words=words, html=html, fail_on_change=fail_on_change
    )


@app.command
def facts(
    project: Project,
    section: Annotated[
        str | None, Parameter(help="The section, such as 1.1.1@AT; default: a line for each.")
    ] = None,
    /,
    *,
    json: Json = False,
    set_: Settings = None,
) -> int:
    """Print what code found for a section before anything is written: findings, then facts.

    Each finding has its score and why, its facts by role, how they were derived and from which
    rows. Calls no model and writes nothing. Ends with 0, and with 2 when the project has errors or
    has no such section.
    """
    from factbook.cli.facts import show_facts

    return show_facts(project, tuple(set_ or ()), section, as_json=json)


@app.command
def explain(
    run: Annotated[Path, Parameter(help="The run folder: OUT/PROJECT, or one of its runs/ID.")],
    figure: Annotated[
        str,
        Parameter(help="1.1.1@AT/F12, '1.1.1@AT 39.7', '39.7 TWh', or a section's id for all."),
    ],
    /,
    *,
    project: Annotated[
        Path | None,
        Parameter(help="The project; default: the folder above the run, or that filled it."),
    ] = None,
    json: Json = False,
) -> int:
    """Explain a figure of a report: its fact, how it was derived, and the rows it comes from.

    A figure that stands in several places is listed with its sections, and explained while these
    are few. Calls no model and writes nothing. Ends with 0, and with 2 when there is no such
    figure, or the run can't be read.
    """
    from factbook.cli.explain import show_figure

    return show_figure(run, figure, project, as_json=json)


@app.command
def adopt(
    run: Annotated[Path, Parameter(help="The run folder whose report was changed.")],
    file: Annotated[Path, Parameter(help="The changed report: .docx or .md.")],
    /,
    *,
    project: Annotated[
        Path | None, Parameter(help="The project; default: the folder above the run folder.")
    ] = None,
    dry_run: Annotated[
        bool, Parameter(negative="", help="Only say what would be taken over.")
    ] = False,
    replace: Annotated[
        bool,
        Parameter(negative="", help="Set other edits aside that the file was not made from."),
    ] = False,
) -> int:
    """Take an editor's changes over as edits, which later runs keep.

    Says what it could not place. Ends with 1 when a changed section is not taken over, with 2 when
    none is, or when the file or the run cannot be read.
    """
    from factbook.cli.adopt import adopt_report

    return adopt_report(run, file, project, dry_run=dry_run, replace=replace)


@app.command
def approve(
    project: Project,
    /,
    *,
    yes: Annotated[bool, Parameter(negative="", help="Approve without being asked.")] = False,
    reject: Annotated[bool, Parameter(negative="", help="End without a report.")] = False,
    rewrite: Annotated[
        list[str] | None,
        Parameter(negative="", help="Rewrite this section first (1.1.1@AT); may be repeated."),
    ] = None,
    note: Annotated[
        str, Parameter(help="With --rewrite: what to do better, such as 'shorter'.")
    ] = "",
    out: Annotated[
        Path | None, Parameter(help="Folder for the results; default: out inside the project.")
    ] = None,
    set_: Settings = None,
) -> int:
    """Decide about a report that waits for approval; without an option you are asked.

    A report waits when review = true. A run of a Prefect server continues there; one from a shell
    continues here, to the export. Ends as the run does, and with 2 when nothing waits.
    """
    if sum((yes, reject, bool(rewrite))) > 1 or (note and not rewrite):
        return _usage_error(
            "Give one of --yes, --reject and --rewrite; --note goes with --rewrite."
        )
    from factbook.cli.approve import approve_report, decision_of
    from factbook.cli.engines import engine_for

    ref = _ref(project, set_ or (), out)
    decision = decision_of(yes=yes, reject=reject, rewrite=rewrite or (), note=note)
    engine = engine_for(ref, _program.engines)
    return approve_report(ref, decision, engine, _program.decide_on_server)


app.command(store)


def main(brought: Program | None = None, commands: Sequence[App] = ()) -> None:
    """Run the command that the process was started with, and end the process.

    Args:
        brought: What the program that holds the command line brings.
        commands: Further groups of commands.
    """
    global _program
    _program = brought or _program
    for group in commands:
        app.command(group)
    guard_outputs()
    try:
        with rarely_searched(), temporary_home():  # imports, too, make little garbage
            exit_code = app(result_action="return_value", exit_on_error=False)
        sys.stdout.flush()  # while an error can still be handled
    except CycloptsError:  # printed already
        exit_code = 2
    except OutputError as error:
        from factbook.cli.boundary import STOPPED

        discard(sys.stdout)
        exit_code = CLOSED_OUTPUT
        if not error.is_closed:
            print(f"Stopped: {error}.", file=sys.stderr)
            exit_code = STOPPED
    gc.freeze()  # else Python searches a large report for three seconds as it ends
    sys.exit(exit_code)


def _quoted(text: str) -> str:
    return '"' + text.replace('"', "") + '"'


def _usage_error(message: str) -> int:
    print(message, file=sys.stderr)
    return 2


if __name__ == "__main__":
    main()
