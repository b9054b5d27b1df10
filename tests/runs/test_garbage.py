"""Garbage is searched for less often while a run works, and as before after it."""

from __future__ import annotations

import gc

import pytest

from factbook.runs.garbage import rarely_searched


def test_search_is_rarer_inside_the_block_and_as_before_after_it() -> None:
    """Also where blocks stand in each other, as those of a run from a shell do."""
    before = gc.get_threshold()
    gc.unfreeze()  # what commands in this process have left
    gc.set_threshold(900, 9, 8)
    try:
        with rarely_searched():
            inside = gc.get_threshold()
            assert gc.get_freeze_count() > 1000
            with rarely_searched():
                pass
            assert gc.get_threshold() == inside
            assert gc.get_freeze_count() > 1000  # the inner block has not given them back
        assert inside[0] > 10 * 900
        assert gc.get_threshold() == (900, 9, 8)
        assert gc.get_freeze_count() == 0
    finally:
        gc.set_threshold(*before)


def test_what_others_have_left_out_of_the_search_stays_out() -> None:
    """A program that runs reports may have its own reasons; an error changes nothing of that."""
    gc.freeze()
    try:
        with pytest.raises(KeyError), rarely_searched():
            raise KeyError
        assert gc.get_freeze_count() > 0
    finally:
        gc.unfreeze()
