"""Days inside a sentence: *on* 15 March 2024, where longer periods are *in* March 2024."""

from __future__ import annotations

import re

_MONTHS = "January|February|March|April|May|June|July|August|September|October|November|December"
_IN_A_DAY = re.compile(rf"\b(?P<letter>[Ii])n (?=[1-3]?[0-9] (?:{_MONTHS}) [12][0-9]{{3}}\b)")


def on_days(sentence: str) -> str:
    """A sentence with ``on`` before each day, as phrasings have ``in`` before every period."""
    return _IN_A_DAY.sub(lambda found: "On " if found["letter"] == "I" else "on ", sentence)
