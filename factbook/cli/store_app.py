"""``factbook store``: its commands. Nothing heavy is imported before one of them needs it."""

from __future__ import annotations

from typing import Annotated

from cyclopts import App, Parameter, validators

from factbook.cli.parameters import Json, Out, Project

store = App(name="store", help="Manage the call store: the answers that were paid for.")


@store.command(name="stats")
def store_stats(project: Project, /, *, out: Out = None, json: Json = False) -> int:
    """Say how many answers the store holds, of which models, and since when."""
    from factbook.cli.store import show_stats

    return show_stats(project, out, as_json=json)


@store.command(name="verify")
def store_verify(project: Project, /, *, out: Out = None, json: Json = False) -> int:
    """Check every record of the store, and set those aside that are damaged.

    Ends with 0 when all are sound, with 1 when some were set aside: the next run makes their calls
    again.
    """
    from factbook.cli.store import check_records

    return check_records(project, out, as_json=json)


@store.command(name="prune")
def store_prune(
    project: Project,
    /,
    *,
    out: Out = None,
    older_than: Annotated[
        float | None,
        Parameter(
            validator=validators.Number(gte=0),
            help="Remove answers that no run has used for this many days; "
            "a run that needs one pays for it again.",
        ),
    ] = None,
    set_aside: Annotated[
        bool, Parameter(negative="", help="Remove damaged records that were set aside.")
    ] = False,
    dry_run: Annotated[
        bool, Parameter(negative="", help="Only say what would be removed.")
    ] = False,
    json: Json = False,
) -> int:
    """Remove what is not needed any more, and say what that was.

    Temporary files that stopped processes have left for more than a day always go.
    """
    from factbook.cli.store import remove_unused

    return remove_unused(
        project,
        out,
        older_than_days=older_than,
        set_aside=set_aside,
        dry_run=dry_run,
        as_json=json,
    )
