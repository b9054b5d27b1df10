"""The shape that guidelines ask for: word range and number of paragraphs, read from free text."""

from __future__ import annotations

import re
from functools import lru_cache

from text_to_num import alpha2digit

from factbook.writing.job import Shape

ABOUT = 0.10
"""What "about 150 words", or "150 words" alone, allows to either side."""

_MOST_PARAGRAPHS = 20
_LETTERS_BESIDE = 120

_DASHES = re.compile(r"[‐‑‒–—−]")
_CLAUSE = re.compile(r"(?<=[.;:!?,])\s+|\n+")
_BETWEEN = re.compile(r"\bbetween\s++(.{1,60}?)[\s-]++(words?|paragraphs?)\b", re.IGNORECASE)
_JOINT = re.compile(r"(?<!\s)(?:\s++(?:and|to)\s+|\s*+-\s*)")
_WORDS_AT_END = re.compile(r"(?<!\s)\s*+words?$")
_THOUSANDS = re.compile(r"(?<=\d)[,'](?=\d{3}\b)")

_UPPER = (
    r"(?:at (?:the )?most|(?:no|not|nor) (?:more|longer|greater) than|max(?:imum|\.)?(?: of)?"
    r"|up to|(?:not|never|without|n't) (?:to )?exceed(?:ing)?|(?:word )?limit(?:ed)? (?:of|to)"
    r"|within|below|under|(?<!no )(?<!not )(?:fewer|less|shorter) than|<=?|≤)"
)
_LOWER = (
    r"(?:at (?:the )?least|(?:no|not) (?:fewer|less|shorter) than|(?:a )?min(?:imum|\.)?(?: of)?|"
    r"(?<!no )(?<!not )(?<!nor )(?:more|longer) than|over|above|>=?|≥)"
)
_UPPER_AT_END = re.compile(rf"{_UPPER}$")
_STRICT = re.compile(
    r"below|under|(?<!no )(?<!not )(?<!nor )(?:fewer|less|shorter|more|longer) than|over|above"
)
_INT = r"(?<!\d)(\d{1,9})(?!\d)"  # no text asks for more, and a longer one takes long to read
_N = rf"{_INT}(?:[\s-]*+words?)?"
_WORDS = r"(?: or so)?[\s-]*+words?\b"
_RANGE = re.compile(
    rf"{_INT}(?:{_WORDS})?\s*(?:-+|\bto\b|\band\b|\bor\b)\s*(?:about |around )?{_INT}{_WORDS}"
)
_COUNTED = r"\bword(?:s| count| limit| range| length)?\s*(?:\([^()]{0,60}\)\s*)?(?::|of|is|=)\s*"
_RANGE_AFTER = re.compile(rf"{_COUNTED}{_INT}\s*(?:-+|to|and)\s*{_INT}\b")
_NUMBER_AFTER = re.compile(rf"{_COUNTED}(?P<limit>{_UPPER}\s+)?{_INT}\b")
_MOST = re.compile(
    rf"({_UPPER})\s*(?:about |around )?{_INT}{_WORDS}"
    rf"|{_INT}{_WORDS}\s*(?:at (?:the )?most|max(?:imum)?\b|or (?:fewer|less)\b)"
)
_LEAST = re.compile(
    rf"({_LOWER})\s*(?:about |around )?{_INT}{_WORDS}"
    rf"|{_INT}{_WORDS}\s*(?:at (?:the )?least|min(?:imum)?\b|or more\b)"
)
_BOTH = re.compile(
    rf"({_LOWER})\s*{_N}\s*+(?:,|\band\b|\bbut\b|\s)*+({_UPPER})\s*{_N}"
    rf"|({_UPPER})\s*{_N}\s*+(?:,|\band\b|\bbut\b|\s)*+({_LOWER})\s*{_N}"
)
_EXACT = re.compile(rf"(?:exactly|precisely)\s+{_INT}{_WORDS}")
_PLAIN = re.compile(rf"(?<![\d.]){_INT}{_WORDS}")
_EACH_BEFORE = re.compile(r"\beach\s++(?:of|with|about|in|having)?\s*+$")
_EACH = re.compile(r"^\W*(?:each|apiece|per paragraph|in each paragraph|a paragraph)\b")
_OTHER_AFTER = re.compile(
    r"^\W*(?:per|in (?:each|every|a)|a|for (?:the|each|every))\s+"
    r"(?:sentence|title|heading|headline|bullet|caption|item)"
)
_OTHER_BEFORE = re.compile(
    r"\b(?:sentences?|titles?|headings?|headlines?|captions?|bullets?|abstract|footnotes?|quotes?|"
    r"quotations?)\b[^.;\n]{0,40}$"
)

_QUALITY = (
    r"(?:(?:short|brief|concise|compact|clear|full|long|single|separate|distinct|coherent|dense|"
    r"flowing|plain|succinct|well-structured|medium|medium-length|short,|brief,|small|equal|"
    r"continuous|running)[\s-]+){0,2}"
)
_PARAGRAPHS = re.compile(
    rf"\b{_INT}(?:\s*(?:-+|\bto\b|\bor\b|\band\b)\s*\d+)?[\s-]+{_QUALITY}paragraphs?\b"
)
_ONE_PARAGRAPH = re.compile(
    r"\b(?:(?:a|one)\s+(?:single|sole)|single|(?:in|as|into|within|of)\s+(?:a|one)"
    rf"|(?:write|give|provide|produce|compose|draft)\s+a)[\s-]+{_QUALITY}paragraph\b"
)
_MORE_PARAGRAPHS = re.compile(
    r"\b(?:second|third|2nd|3rd|another|new|last|final|next|further|closing|following|each|every)"
    r"\s+paragraph"
)


def count_words(text: str) -> int:
    """Words of a rendered text: tokens between white space that hold a letter or a digit.

    A value and its unit are two words (``67.3 TWh``), a percentage is one (``12.4%``).
    """
    return sum(any(map(str.isalnum, token)) for token in text.split())


@lru_cache(maxsize=4096)
def read_shape(guidelines: str) -> Shape:
    """Word range and number of paragraphs as guidelines ask for them.

    Digits and number words are read alike. A number of words without "at most", "at least" or a
    range allows 10 % to either side. Of a range of paragraphs the lower number counts. Words
    "each" or "per paragraph" are multiplied by the number of paragraphs. Lengths of sentences,
    titles and captions are not the section's.

    Args:
        guidelines: Free English text.
    """
    text = _numbers_as_digits(guidelines)
    paragraphs = _paragraphs(text)
    least, most = _word_range(text, paragraphs or 1)
    if least is not None and most is not None and least > most:
        least, most = most, least
    return Shape(min_words=least, max_words=most, paragraphs=paragraphs)


def _numbers_as_digits(guidelines: str) -> str:
    """The text in lower case with all number words as digits and plain hyphens."""
    text = "\n".join(" ".join(line.split()) for line in guidelines.split("\n"))
    text = _DASHES.sub("-", text).lower()
    text = re.sub(r"\b(a|one) couple of\b", "two", text)
    text = re.sub(r"(?<=[a-z])-(?=(?:paragraph|word)s?\b)", " ", text)
    text = re.sub(r"\ba (hundred|thousand)\b", r"one \1", text)
    text = _BETWEEN.sub(_split_between, text)
    clauses = (alpha2digit(clause, "en", threshold=0) for clause in _CLAUSE.split(text) if clause)
    return _THOUSANDS.sub("", re.sub(r"[ \t]+", " ", "\n".join(clauses)))


def _split_between(match: re.Match[str]) -> str:
    """Write "between A and B words" as "A to B words", whatever "and" the numbers hold."""
    inside, noun = match.groups()
    pairs = []
    for joint in _JOINT.finditer(inside):
        low, high = _whole_number(inside[: joint.start()]), _whole_number(inside[joint.end() :])
        if low is not None and high is not None and low < high:
            pairs.append((high - low, low, high))
    if not pairs:
        return match.group(0)
    # "100 and 50 and 200" can be cut in two ways; the wrong cut glues "50 and 200" to 5200.
    _, low, high = min(pairs)
    return f"{low} to {high} {noun}"


def _whole_number(text: str) -> int | None:
    digits = alpha2digit(_WORDS_AT_END.sub("", text.strip()), "en", threshold=0)
    digits = _THOUSANDS.sub("", digits)
    return int(digits) if digits.isdecimal() else None


def _word_range(text: str, paragraphs: int) -> tuple[int | None, int | None]:
    """Fewest and most words; None where the text does not say."""
    for pattern in (_BOTH, _RANGE, _RANGE_AFTER):
        for match in pattern.finditer(text):
            if not _of_section(text, match) or "word" not in match.group(0):
                continue
            if pattern is _BOTH:
                return _both(match)
            times = _times(text, match, paragraphs)
            return int(match[1]) * times, int(match[2]) * times
    least, most = _bound(_LEAST, text, paragraphs, 1), _bound(_MOST, text, paragraphs, -1)
    if least is not None or most is not None:
        return least, most
    return _single(text, paragraphs)


def _both(match: re.Match[str]) -> tuple[int, int]:
    """The two bounds of "at least A and at most B words", in either order."""
    lower, low, upper, high = match.group(1, 2, 3, 4)
    if lower is None:
        upper, high, lower, low = match.group(5, 6, 7, 8)
    strict_low, strict_high = bool(_STRICT.search(lower)), bool(_STRICT.search(upper))
    return int(low) + strict_low, int(high) - strict_high


def _bound(pattern: re.Pattern[str], text: str, paragraphs: int, step: int) -> int | None:
    for match in pattern.finditer(text):
        if _of_section(text, match):
            word, before, after = match.groups()
            strict = step if word and _STRICT.search(word) else 0
            return int(before or after) * _times(text, match, paragraphs) + strict
    return None


def _single(text: str, paragraphs: int) -> tuple[int | None, int | None]:
    for match in _EXACT.finditer(text):
        if _of_section(text, match):
            words = int(match[1]) * _times(text, match, paragraphs)
            return words, words
    for match in _PLAIN.finditer(text):
        if _of_section(text, match):
            return _about(int(match[1]) * _times(text, match, paragraphs))
    after = _NUMBER_AFTER.search(text)
    if after and _of_section(text, after):
        words = int(after[2])
        limited = after["limit"] or "limit" in after[0]
        return (None, words) if limited else _about(words)
    return None, None


def _about(words: int) -> tuple[int, int]:
    return round(words * (1 - ABOUT)), round(words * (1 + ABOUT))


def _of_section(text: str, match: re.Match[str]) -> bool:
    """Whether a number of words is the section's, not a sentence's or a title's."""
    before, after = _beside(text, match)
    line = before.rsplit("\n", 1)[-1]
    return not (_OTHER_AFTER.search(after) or _OTHER_BEFORE.search(line))


def _beside(text: str, match: re.Match[str]) -> tuple[str, str]:
    """What stands just before and just after a number of words."""
    before = text[max(0, match.start() - _LETTERS_BESIDE) : match.start()]
    return before, text[match.end() : match.end() + _LETTERS_BESIDE]


def _times(text: str, match: re.Match[str], paragraphs: int) -> int:
    before, after = _beside(text, match)
    return paragraphs if _EACH.search(after) or _EACH_BEFORE.search(before) else 1


def _paragraphs(text: str) -> int | None:
    for match in _PARAGRAPHS.finditer(text):
        number = int(match[1])
        before = _beside(text, match)[0].rstrip()
        if _UPPER_AT_END.search(before) and number > 1:
            continue
        if 1 <= number <= _MOST_PARAGRAPHS:
            return number
    if _ONE_PARAGRAPH.search(text) and not _MORE_PARAGRAPHS.search(text):
        return 1
    return None
