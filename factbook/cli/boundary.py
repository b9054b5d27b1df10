"""Where the errors of a command become what a person or a program reads, and an exit code."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Mapping

from factbook.cli.console import REVERSING, PlainConsole, say
from factbook.errors import ProjectBusyError, StoppedError, UserError

BAD_INPUT = 2
STOPPED = 3


def exit_code_of(work: Callable[[], int], *, consequence: str = "", as_json: bool = False) -> int:
    """Do the work of a command; print the error that ends it.

    Args:
        work: The work; gives the exit code.
        consequence: What bad input means for the command, such as *Nothing was decided*; printed
            after the number of findings. Empty to print neither.
        as_json: Whether the error is printed as JSON, on standard output.

    Returns:
        The exit code of the work; 2 for bad input, 3 when it was stopped.
    """
    errors = PlainConsole(stderr=True)
    try:
        return work()
    except UserError as error:
        if as_json:
            findings = [finding.model_dump(mode="json") for finding in error.findings]
            print_json({"ok": False, "findings": findings})
            return BAD_INPUT
        from factbook.cli.findings import count_line, print_findings  # takes a second to import

        print_findings(error.findings, errors)
        if consequence:
            errors.print(f"{count_line(error.findings)}. {consequence}.")
        return BAD_INPUT
    except (ProjectBusyError, StoppedError) as error:
        if as_json:
            print_json({"ok": False, "findings": [], "stopped": str(error)})
            return STOPPED
        say(errors, f"Stopped: {error}.")
        return STOPPED


_CONTROLS = {number: f"\\u{number:04x}" for number in (*range(0x7F, 0xA0), *REVERSING)}
"""Characters that command a terminal, and that JSON may hold as they are → how it may write them.
"""


def print_json(body: Mapping[str, object]) -> None:
    """Print what a program reads."""
    print(json.dumps(body, ensure_ascii=False, indent=2).translate(_CONTROLS))


def print_json_list(
    head: Mapping[str, object], name: str, items: Iterable[Mapping[str, object]]
) -> None:
    """Print an object of which one value is a long list, whose items are not kept.

    Args:
        head: The other values, which come first.
        name: Name of the list.
        items: Its items, each printed on one line as soon as it is there.
    """
    before = json.dumps(head, ensure_ascii=False)[:-1]
    print(f"{before}{', ' if head else ''}{json.dumps(name)}: [".translate(_CONTROLS), end="")
    separator = "\n"
    for item in items:
        print(separator, json.dumps(item, ensure_ascii=False).translate(_CONTROLS), sep="", end="")
        separator = ",\n"
    print("\n]}")
