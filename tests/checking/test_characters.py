"""Characters that readers do not see."""

from __future__ import annotations

import sys
import unicodedata

from factbook.checking.characters import is_unseen, without_format_characters

IGNORABLE = (
    *(0x34F, 0x115F, 0x1160, 0x17B4, 0x17B5, *range(0x180B, 0x1810), *range(0x2060, 0x2070)),
    *(0x3164, *range(0xFE00, 0xFE10), 0xFFA0, *range(0xFFF0, 0xFFF9), *range(0xE0000, 0xE1000)),
)
"""Unicode's Default_Ignorable_Code_Point, without those of category Cf that are not listed here."""


def test_unseen_characters_go_but_for_the_joiners() -> None:
    """All of Unicode's category Cf, what is ignored by default, private use, and nothing else."""
    everything = [chr(n) for n in range(sys.maxunicode + 1)]
    kept = set(without_format_characters("".join(everything)))
    gone = {c for c in everything if c not in kept}
    unseen = {c for c in everything if unicodedata.category(c) in ("Cf", "Co")}
    unseen |= {*map(chr, IGNORABLE), "\u2800"}
    assert unseen - gone == {"\u200c", "\u200d"}
    assert {unicodedata.category(c) for c in gone - unseen} <= {"Cn"}  # of a later Unicode


def test_letters_and_their_accents_stay() -> None:
    """Combining marks, Hangul, emoji with their joiners: what is read."""
    for text in ("e\u0301", "한국어", "क्\u200dष", "👩\u200d💻", "می\u200cخواهم", "⠁"):
        assert without_format_characters(text) == text


def test_blanks_and_letters_are_seen() -> None:
    """What has a shape, or a width, is seen; line ends and tabs are blanks."""
    assert not any(map(is_unseen, "a1 \n\t\u00a0−é"))
    assert all(map(is_unseen, "\x00\u200b\u200d\u0336\ufe0f\u2800\u3164\U000e0041"))
