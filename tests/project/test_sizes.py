"""No function, class or flow is larger than one can read at once."""

from benchmarks.lines_by_room import excesses


def test_nothing_is_larger_than_its_bound() -> None:
    """A function of more than 60 lines, a class of 15 public methods, a flow module of 200."""
    assert {one.name: one.size for one in excesses()} == {}
