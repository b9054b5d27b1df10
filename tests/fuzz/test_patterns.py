"""No regular expression, and nothing that reads text of others, takes the square of its length."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from functools import partial
from typing import Any

import pytest
from slugify import slugify

from factbook.checking.claims import reference_claims
from factbook.checking.violations import violations, without_violations
from factbook.evidence.references import render, without_citations
from factbook.report.blocks import Document, Paragraph, Run
from factbook.report.markdown import to_markdown
from factbook.report.markdown_returned import read_markdown
from factbook.report.text import parse_text
from factbook.writing.model.echo import echoed_share
from factbook.writing.model.kept_figures import figures_in
from factbook.writing.model.materials import as_data
from factbook.writing.model.prose import clean_prose, without_doubled_units
from factbook.writing.model.sense import read_sense_check
from factbook.writing.shape import read_shape
from tests.growth import TIMES_AS_MUCH, assert_grows_little, computing_seconds
from tests.patterns import Found, hard_texts, modules, patterns_of
from tests.sections import make_fact

SIZES = (200, 800, 3200)
SECONDS_WORTH_A_LOOK = 0.003
"""Below it a time is the clock's noise; nothing is slow that stays below it at the last size."""

FACTS = {"F1": make_fact(1), "F2": make_fact(2)}
MODULES = dict(modules())
PIECES = (
    *("[", "[a](", "[F1", "{F1", "{F1}", "{F1}, ", "{S1}", "{", "<evidence>", "<text>", "<think>"),
    *("**a ", "__a", "*a", "`", "<", "< ", "&", "&amp;", "#", "# a ", " ", "\n", " \n", "-", "a"),
    *("1", "1-", "between 1 and ", "at most ", "a. ", "aa. A", "http://", "@a", "a@", "\u200b"),
    *("![", "](", "[a](http://", "F1,a,b", "//", "\\", "_", "word (", "each ", "{F1}-", "|", "~"),
)
READERS: dict[str, Callable[[str], object]] = {
    "clean_prose": clean_prose,
    "without_doubled_units": lambda text: without_doubled_units(text, FACTS),
    "violations": lambda text: violations(text, FACTS),
    "without_violations": lambda text: without_violations(text, FACTS),
    "render": lambda text: render(text, FACTS),
    "without_citations": without_citations,
    "claims": lambda text: list(
        reference_claims("1.1.1@AT", without_violations(text, FACTS), FACTS)
    ),
    "echoed_share": echoed_share,
    "figures_in": figures_in,
    "as_data": as_data,
    "read_sense_check": read_sense_check,
    "read_shape": lambda text: read_shape.__wrapped__(text),
    "parse_text": parse_text,
    "parse_text_without_links": lambda text: parse_text(text, links=False),
    "to_markdown": lambda text: to_markdown(document_of(text)),
    "slugify": slugify,
    "read_markdown": lambda text: list(read_markdown(text)),
}


def document_of(text: str) -> Document:
    """A report of one paragraph, each word in another type."""
    runs = (Run(text=f"{word} ", bold=n % 2 == 0) for n, word in enumerate(text.split(" ")))
    return Document(title="A", blocks=(Paragraph(runs=tuple(runs)),))


def uses(found: Found) -> Callable[[Any], object]:
    """A pattern as its module uses it: at the beginning of a text, or all through it."""
    if found.is_anchored:
        return found.pattern.fullmatch
    return lambda text: sum(1 for _ in found.pattern.finditer(text))


def slow(
    use: Callable[[Any], object], texts: Iterator[tuple[Any, ...]]
) -> Iterator[tuple[Any, Any]]:
    """The texts of two sizes whose times seem to grow by the square."""
    for sized in texts:
        before = None
        for smaller, text in zip((None, *sized), sized, strict=False):
            start = computing_seconds()
            use(text)
            seconds = computing_seconds() - start
            if before and seconds > max(SECONDS_WORTH_A_LOOK, before * TIMES_AS_MUCH * 2):
                yield smaller, text
                break
            before = seconds


def check_growth(use: Callable[[Any], object], texts: Iterator[tuple[Any, ...]]) -> None:
    """What seems slow is measured again, as other programs may have had a part in it."""
    for small, large in slow(use, texts):
        try:
            assert_grows_little([partial(use, small), partial(use, large)])
        except AssertionError as error:
            raise AssertionError(f"{large[:60]!r}… ({len(large)} characters): {error}") from None


@pytest.mark.slow
@pytest.mark.parametrize("module", MODULES)
def test_patterns_of_a_module_grow_in_proportion(module: str) -> None:
    """Texts made from the pattern itself: a new pattern is tested without another line."""
    for found in patterns_of(module, MODULES[module]):
        texts = zip(*(hard_texts(found.pattern, n) for n in SIZES), strict=True)
        try:
            check_growth(uses(found), texts)
        except AssertionError as error:
            raise AssertionError(f"{found.where}: {error}") from error


@pytest.mark.slow
@pytest.mark.parametrize("name", READERS)
def test_reading_grows_in_proportion(name: str) -> None:
    """Texts of models, people and sheets, of one piece again and again."""
    texts = (tuple((piece * n)[:n] for n in SIZES) for piece in PIECES)
    check_growth(READERS[name], texts)


@pytest.mark.slow
def test_all_patterns_are_found() -> None:
    """Those with a name and those that are written where they are used, in all packages."""
    every = (found for name, path in MODULES.items() for found in patterns_of(name, path))
    found = {one.where.partition(":")[0] for one in every}
    assert len(found) > 200
    assert "factbook.writing.model.prose._BRACKETED" in found
    assert "factbook.report.markdown" in found
    assert {where.partition(".")[0] for where in found} >= {"factbook", "flows", "server"}


@pytest.mark.slow
@pytest.mark.parametrize(
    "careless", [r"\[+\s*F\d+\]", r"(\*\*)(?=\S)(.+?)(?<=\S)\1", r"\s*[(,]?\s*excl"]
)
def test_careless_pattern_is_noticed(careless: str) -> None:
    """Three that stood in the project: the texts made from them show what they are."""
    pattern = re.compile(careless, re.DOTALL)
    found = Found("here", pattern, is_anchored=False)
    sizes = (100, 400, 1600)
    with pytest.raises(AssertionError, match="characters"):
        check_growth(uses(found), zip(*(hard_texts(pattern, n) for n in sizes), strict=True))
