"""Texts compared word by word."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from factbook.diff.word_diff import Piece, from_to, word_diff

WORDS = st.lists(st.sampled_from(["Wind", "gave", "6.48\xa0TWh.", "more", "\n\n", "2021"])).map(
    " ".join
)


def test_changed_figure_is_a_piece_of_its_own() -> None:
    """With its unit, and what is gone before what has come."""
    assert word_diff("Wind gave 6.48\xa0TWh in all.", "Wind gave 6.71\xa0TWh in all.") == (
        Piece("both", "Wind gave "),
        Piece("old", "6.48\xa0TWh ", is_figure=True),
        Piece("new", "6.71\xa0TWh ", is_figure=True),
        Piece("both", "in all."),
    )


def test_text_that_comes_or_goes_is_one_piece() -> None:
    """There is nothing to compare it with."""
    assert word_diff("", "Wind blew.") == (Piece("new", "Wind blew."),)
    assert word_diff("Wind blew.", "") == (Piece("old", "Wind blew."),)
    assert word_diff("", "") == ()


def test_blanks_alone_are_no_difference() -> None:
    """A line that is wrapped otherwise reads the same."""
    assert {piece.side for piece in word_diff("Wind  blew.", "Wind blew. ")} == {"both"}


@given(WORDS, WORDS)
def test_pieces_make_up_both_texts(old: str, new: str) -> None:
    """No word is lost, none is made up."""
    pieces = word_diff(old, new)
    assert "".join(piece.text for piece in pieces if piece.side != "old") == new
    before = "".join(piece.text for piece in pieces if piece.side != "new")
    assert "".join(before.split()) == "".join(old.split())


def test_long_texts_of_equal_words_are_compared_at_their_ends() -> None:
    """To find the most that they have in common would take minutes."""
    same = "so it was " * 5_000
    old, new = f"In all {same}of gas. {same}then.", f"In all {same}of wind {same}and {same}then."
    pieces = word_diff(old, new)
    assert "".join(piece.text for piece in pieces if piece.side != "old") == new
    assert pieces[0].side == pieces[-1].side == "both"
    assert pieces[0].text.startswith("In all so it was")
    assert pieces[-1].text.endswith("so it was then.")


def test_mark_after_a_changed_word_stays() -> None:
    """The full stop is not struck with the figure before it."""
    assert word_diff("Wind gave 6.48\xa0TWh. Gas, less.", "Wind gave 6.71\xa0TWh. Coal, less.") == (
        Piece("both", "Wind gave "),
        Piece("old", "6.48\xa0TWh", is_figure=True),
        Piece("new", "6.71\xa0TWh", is_figure=True),
        Piece("both", ". "),
        Piece("old", "Gas"),
        Piece("new", "Coal"),
        Piece("both", ", less."),
    )


def test_short_texts_are_told_by_where_they_differ() -> None:
    """With a few words around; what is not there is none."""
    assert from_to("Write 40 words.", "Write 60 words.") == '"Write 40 words." → "Write 60 words."'
    text = "One two three four five {} six seven eight nine."
    assert from_to(text.format("A"), text.format("B")) == (
        '"… three four five A six seven eight …" → "… three four five B six seven eight …"'
    )
    assert from_to("", "Shorter.") == 'none → "Shorter."'
    assert from_to("a b a", "a b a b a") == '"a b a" → "a b a b a"'
    assert len(from_to("", "word " * 500)) < 300
