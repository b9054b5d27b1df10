"""Characters that readers do not see."""

from __future__ import annotations

import sys
import unicodedata

from factbook.checking.characters import is_unseen, without_format_characters


def test_format_characters_go_but_for_the_joiners() -> None:
    """All of Unicode's category Cf, and nothing else."""
    everything = [chr(n) for n in range(sys.maxunicode + 1)]
    kept = set(without_format_characters("".join(everything)))
    gone = {c for c in everything if c not in kept}
    format_characters = {c for c in everything if unicodedata.category(c) == "Cf"}
    assert format_characters - gone == {"\u200c", "\u200d"}
    assert {unicodedata.category(c) for c in gone} <= {"Cf", "Cn"}


def test_blanks_and_letters_are_seen() -> None:
    """What has a shape, or a width, is seen; line ends and tabs are blanks."""
    assert not any(map(is_unseen, "a1 \n\t\u00a0−é"))
    assert all(map(is_unseen, "\x00\u200b\u200d\u0336\ufe0f\u2800\u3164\U000e0041"))
