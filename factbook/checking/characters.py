"""Characters that readers do not see: text directions, zero-width characters, tags."""

from __future__ import annotations

import re
import unicodedata

_FORMAT = (
    "\u00ad\u0600-\u0605\u061c\u06dd\u070f\u0890\u0891\u08e2\u180e\u200b\u200e\u200f\u202a-\u202e"
    "\u2060-\u206f\ufeff\ufff9-\ufffb\U000110bd\U000110cd\U00013430-\U0001343f"
    "\U0001bca0-\U0001bca3\U0001d173-\U0001d17a\U000e0001\U000e0020-\U000e007f"
)
_IGNORABLE = (
    "\u034f\u115f\u1160\u17b4\u17b5\u180b-\u180f\u3164\ufe00-\ufe0f\uffa0\ufff0-\ufff8"
    "\U000e0000\U000e0002-\U000e001f\U000e0080-\U000e0fff"
)
_PRIVATE = "\ue000-\uf8ff\U000f0000-\U000ffffd\U00100000-\U0010fffd"
_BLANK_PATTERN = "\u2800"
FORMAT_CHARACTER = re.compile(f"[{_FORMAT}{_IGNORABLE}{_PRIVATE}{_BLANK_PATTERN}]")
"""Characters that readers do not see, but for the joiners U+200C and U+200D.

Unicode's format characters (category Cf), what is ignored where a font has no shape for it
(``Default_Ignorable_Code_Point`` of DerivedCoreProperties.txt, Unicode 16: variation selectors,
fillers, tags), private use, and the Braille pattern without dots. The joiners are needed in some
scripts and in emoji. The others change the direction of text around them, hide in it, or bring
hidden text along.
"""

_UNSEEN = frozenset({"Cc", "Cf", "Cn", "Co", "Cs", "Mc", "Me", "Mn"})
_SEEN_AS_NOTHING = frozenset("\u115f\u1160\u2800\u3164\uffa0")  # letters and a sign without a shape


def without_format_characters(text: str) -> str:
    """A text without the characters of `FORMAT_CHARACTER`."""
    return text if text.isascii() else FORMAT_CHARACTER.sub("", text)


def is_unseen(character: str) -> bool:
    """Whether a character has no shape of its own: control, format and combining characters.

    Args:
        character: One character; line feeds and tabs are seen as blanks.
    """
    if character in "\n\t":
        return False
    return unicodedata.category(character) in _UNSEEN or character in _SEEN_AS_NOTHING
