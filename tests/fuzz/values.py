"""Texts, numbers and other cells, as people and programs leave them behind."""

from __future__ import annotations

from datetime import date, datetime, time
from typing import Any

from hypothesis import strategies as st

Cell = Any

rarely = st.sampled_from((*[False] * 5, True, *[False] * 4))
"""True in one of about ten cases: not at an end, which would be tried far more often."""

seldom = st.sampled_from((False, False, True, False))
"""True in one of about four cases."""

ODD_TEXTS = (
    "",
    " ",
    "-",
    "–",
    ",",
    ", ,",
    "all",
    "nan",
    "None",
    "TRUE",
    "1.1.1",
    "1.10",
    "0",
    "-1",
    "1e308",
    "1,234.5",
    "=1+1",
    "@SUM(A1)",
    "{F1}",
    "{F999}",
    "{{ 7 * 7 }}",
    "{% for x in y %}",
    "# heading",
    "| a | b |",
    "<script>alert(1)</script>",
    "![](https://example.org/x.png)",
    '$x_1$ \\ #import "x"',
    "../../etc/passwd",
    "con",
    "a\nb\r\nc",
    "a\tb",
    "\u00a0x\u200b",
    "\ufeffBOM",
    "tab\x0bvertical\x1f",
    "שלום עולם",
    "ΑΘΗΝΑ",
    "東京",
    "e\u0301\u0301\u0301",
    "\U0001f600",
    "\ufffe\uffff",
    "Ǆ İ ı ß",
    "x" * 5000,
    "word " * 800,
)

texts = st.one_of(st.sampled_from(ODD_TEXTS), st.text(max_size=12))
"""Texts, odd ones above all."""

numbers = st.one_of(
    st.integers(-3, 12),
    st.sampled_from((1.1, 1.10, 1.2, 2.0, 1e15, 1e16, 1e300, -0.0, 0.1 + 0.2, 44562, 2021)),
    st.floats(allow_nan=False, allow_infinity=False),
)

moments = st.one_of(
    st.dates(date(1900, 3, 1), date(2100, 12, 31)).map(lambda d: datetime.combine(d, time())),
    st.datetimes(datetime(1900, 3, 1), datetime(2100, 12, 31)).map(
        lambda moment: moment.replace(microsecond=0)
    ),
)

cells = st.one_of(texts, numbers, st.booleans(), moments, st.none())
"""What a cell of a workbook may hold."""


@st.composite
def misspelt(draw: st.DrawFn, word: str) -> str:
    """A word in another case, with blanks, or with a letter too many, too few or wrong."""
    at = draw(st.integers(0, max(len(word) - 1, 0)))
    letter = draw(st.sampled_from("aeinst _-é"))
    ways = (
        word.upper(),
        word.lower(),
        f" {word}  ",
        word.replace(" ", "_"),
        word.replace("_", " "),
        word.replace(" ", "\u00a0"),
        word[:at] + word[at + 1 :],
        word[:at] + letter + word[at:],
        word[:at] + letter + word[at + 1 :],
        f"{word} {word}",
    )
    return draw(st.sampled_from(ways))
