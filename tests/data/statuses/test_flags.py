import tomllib
from importlib.resources import files

import pytest

from factbook.data.statuses.flags import (
    Flags,
    Status,
    barrier_between,
    barrier_over_time,
    known_flags,
)

BREAK, DIFFERS = Status.BREAK, Status.DEFINITION_DIFFERS


@pytest.fixture(name="flags")
def _flags() -> Flags:
    return known_flags()


@pytest.mark.parametrize(
    ("text", "statuses"),
    [
        ("p", ["provisional"]), ("e", ["estimated"]), ("s", ["estimated"]), ("i", ["estimated"]),
        ("b", ["break"]), ("d", ["definition-differs"]), ("u", ["unreliable"]), ("q", ["unknown"]),
        ("f", ["forecast"]), ("k", ["not-significant"]), ("K", ["missing"]), ("h", ["unknown"]),
        ("c", ["confidential"]), ("@C", ["confidential"]), ("@N", ["confidential"]),
        ("@F", []), ("z", ["not-applicable"]), ("m", ["not-applicable"]), ("T", ["unknown"]),
        ("n", ["not-significant"]),
        ("r", ["revised"]), ("x", ["missing"]),
        ("A", []), ("B", ["break"]), ("Q", ["confidential"]), ("O", ["missing"]), ("S", ["other"]),
        ("E", ["estimated"]), ("V", ["experimental"]), ("W", ["definition-differs"]),
        ("bep", ["break", "estimated", "provisional"]), ("peb", ["unknown"]),
        ("E;P", ["estimated", "provisional"]), ("b, e", ["break", "estimated"]),
        ("[p]", ["provisional"]), ("(e)", ["estimated"]), ("[P]", ["provisional"]),
        ("[s]", ["other"]), ("low", ["not-significant"]), ("[low]", ["not-significant"]),
        ("*", ["other"]), ("\u00b9", ["other"]), ("", []), ("R", ["revised"]),
        ("est", ["unknown"]), ("bq", ["unknown"]), ("[note 1]", ["unknown"]), ("NA", ["unknown"]),
    ],
)  # fmt: skip
def test_flags_have_a_status(flags: Flags, text: str, statuses: list[str]) -> None:
    """Eurostat's letters, SDMX's capitals and British brackets, alone and together."""
    assert list(flags.status_of(text)) == statuses


def test_unknown_flags_are_kept_and_listed(flags: Flags) -> None:
    """They are no error, stand in the legend, and go into sums."""
    assert flags.unknown(["q", "p", "", "[note 1]", "q"]) == ("[note 1]", "q")
    assert flags.legend(["q"]) == "q = not explained"
    assert flags.merged(["q", "p"]) == "p q"
    assert flags.words_of("q") == ""


def test_sum_has_the_flags_of_all_summands(flags: Flags) -> None:
    """The worst first, each once; what is normal says nothing."""
    assert flags.merged(["p", "be", "", "A", "p", "@C"]) == "@C b e p"
    assert flags.merged(["", "A"]) == ""
    assert flags.status_of(flags.merged(["p", "bep", "@C"])) == (
        "confidential", "break", "estimated", "provisional",
    )  # fmt: skip


def test_legend_explains_the_flags_that_occur(flags: Flags) -> None:
    """As the publisher writes them."""
    assert flags.legend(["p", "ep", ""]) == "e = estimated, p = provisional"
    assert flags.legend(["[s]", "*", "A"]) == (
        "* = see the publisher's note, [s] = statistically significant at the 5 % level"
    )
    assert flags.legend([""]) == ""


@pytest.mark.parametrize(
    ("text", "words"),
    [("p", "provisional"), ("ep", "estimated and provisional"), ("s", "estimated by Eurostat"),
     ("bep", "break in the series, estimated and provisional"), ("u", "low reliability"),
     ("z", "not applicable"), ("n", "not significant"), ("d", "definition differs"),
     ("[s]", ""), ("*", ""), ("A", ""), ("", ""), ("P, p", "provisional")],
)  # fmt: skip
def test_flags_are_worded(flags: Flags, text: str, words: str) -> None:
    """For parentheses behind a figure; marks that only point to a note have no word."""
    assert flags.words_of(text) == words


def test_project_says_what_its_flags_mean() -> None:
    """Its meanings stand before the published ones; known words have consequences."""
    flags = known_flags(
        {
            "q": "Preliminary",
            "p": "from a press release",
            "est": "estimated",
            "*": "break in series",
        }
    )
    assert flags.status_of("q") == (Status.PROVISIONAL,)
    assert flags.status_of("p") == (Status.OTHER,)
    assert flags.words_of("p") == "from a press release"
    assert flags.status_of("est") == (Status.ESTIMATED,)
    assert flags.status_of("*") == (BREAK,)
    assert flags.status_of("bq") == (BREAK, Status.PROVISIONAL)
    assert flags.legend(["q"]) == "q = Preliminary"
    assert known_flags().status_of("p") == (Status.PROVISIONAL,)


@pytest.mark.parametrize(
    ("series", "barrier"),
    [
        ([[], []], None), ([[BREAK], []], None), ([[], [BREAK]], BREAK),
        ([[], [BREAK], []], BREAK), ([[DIFFERS], []], DIFFERS), ([[], [DIFFERS], []], None),
        ([[DIFFERS], [], [DIFFERS]], None), ([[], [DIFFERS, BREAK]], BREAK), ([[BREAK]], None),
        ([], None),
    ],
)  # fmt: skip
def test_nothing_is_compared_across_a_break(
    series: list[list[Status]], barrier: Status | None
) -> None:
    """A break parts what is before it from itself and what follows."""
    assert barrier_over_time(series) == barrier


def test_places_are_compared_by_one_definition() -> None:
    """Breaks in time are none between places."""
    assert barrier_between([DIFFERS], []) == barrier_between([], [DIFFERS]) == DIFFERS
    assert barrier_between([DIFFERS], [DIFFERS]) is None
    assert barrier_between([BREAK], []) is None


def test_statuses_say_what_follows() -> None:
    """Whether there is a figure, and whether it may be compared."""
    assert [status for status in Status if not status.has_figure] == [
        "confidential", "not-applicable", "missing",
    ]  # fmt: skip
    assert [status for status in Status if not status.is_comparable] == [BREAK, DIFFERS]


def test_table_of_flags_is_complete(flags: Flags) -> None:
    """Each entry has a meaning and a status that exists; statuses without words are silent."""
    table = tomllib.loads(
        files("factbook.data.statuses").joinpath("flags.toml").read_text(encoding="utf-8")
    )
    entries = {**table["observation"], **table["confidentiality"]}
    assert all(set(entry) <= {"meaning", "status", "words"} for entry in entries.values())
    assert set("bdefimnpucrszABDEFGHIJKLMNOPQSUVW") <= set(table["observation"])
    assert all(flag.meaning for flag in flags.known.values())
    assert all(flag.words == "" for flag in flags.known.values() if flag.status == "normal")
