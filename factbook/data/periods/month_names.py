"""Month names of a language, as Unicode's CLDR has them."""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache
from itertools import product
from typing import Literal

from babel.dates import get_month_names

_CONTEXTS: tuple[Literal["format", "stand-alone"], ...] = ("format", "stand-alone")
_WIDTHS: tuple[Literal["wide", "abbreviated"], ...] = ("wide", "abbreviated")


@lru_cache(maxsize=16)
def month_numbers(locale: str) -> Mapping[str, int]:
    """Month names, long and short, without points and in lower case → 1 to 12."""
    numbers: dict[str, int] = {}
    for language in (locale.replace("-", "_"), "en", "en_GB"):
        for context, width in product(_CONTEXTS, _WIDTHS):
            for number, name in get_month_names(width, context, language).items():
                numbers.setdefault(name.rstrip(".").casefold(), number)
    return numbers
