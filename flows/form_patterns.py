"""Patterns of the form's fields, with which a server refuses what must not be stored."""

from __future__ import annotations

import re

from factbook.config.redaction import OPEN_ADDRESS, OPEN_QUERY, SECRET_IN_TABLE, SECRET_KEY

LONGEST_SETTING = 2_000
"""Letters of a setting: a server looks for secrets in it while others wait."""

SECTION_ID = r"^[^@\s]+@\S.*$"
DAY = r"^([0-9]{4}-[0-9]{2}-[0-9]{2})?$"


def _in_any_case(pattern: str) -> str:
    """A pattern in lower case as one of either case, escapes apart."""
    return re.sub(r"(?<!\\)[a-z]", lambda c: f"[{c[0]}{c[0].upper()}]", pattern)


# Validators apply each rule of a field by itself: the pattern bounds the length before it searches.
# A server refuses it before it is stored, in any line. Patterns of browsers can't ignore case.
_SECRET = _in_any_case(SECRET_KEY)
NO_SECRET = (
    rf"^(?![\s\S]{{{LONGEST_SETTING + 1}}})"
    rf"(?!([\s\S]*\n)?[^=\n]*{_SECRET}[^.=:\s]{{0,60}}\s{{0,9}}([=:\n]|$))"
    rf"(?![\s\S]*{OPEN_ADDRESS})(?![\s\S]*{_in_any_case(OPEN_QUERY)})"
    rf"(?![\s\S]*{_in_any_case(SECRET_IN_TABLE)})"
)
