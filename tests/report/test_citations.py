"""What sections cite: numbers, links, lists."""

from __future__ import annotations

import pytest

from factbook.llm.chat import Source
from factbook.report.citations import all_cited, cited, source_line, source_list, source_runs
from tests.sections import make_record

A = Source(title="A", url="https://example.org/a")
B = Source(title="B", url="http://example.org/b")
C = Source(title="C", url="https://example.org/c")


def test_only_what_is_cited_is_listed_under_its_number() -> None:
    """A source that was found and not used is none of the text's."""
    record = make_record(source_text="One {S3}, two {S1} {S3}.", sources=(A, B, C))
    assert cited(record) == {1: A, 3: C}
    [block] = source_list(record)
    assert [item[0].text for item in block.items] == ["[1] ", "[3] "]
    assert source_line(record) == (
        "Sources: [1] A, https://example.org/a; [3] C, https://example.org/c"
    )


def test_text_without_citations_has_no_list() -> None:
    """Also where sources were found."""
    record = make_record(sources=(A,))
    assert source_list(record) == ()
    assert source_line(record) == ""


def test_citation_of_nothing_is_an_error() -> None:
    """It is never left out in silence."""
    with pytest.raises(KeyError, match="S2"):
        cited(make_record(source_text="{S2}", sources=(A,)))


@pytest.mark.parametrize("url", ["https://example.org/a", "HTTP://example.org/ü?x=1&y=2"])
def test_addresses_of_the_web_are_links(url: str) -> None:
    """The address is what is linked, so that it can be read on paper too."""
    title, address = source_runs(Source(title="A", url=url))
    assert (title.text, title.href) == ("A, ", "")
    assert (address.text, address.href) == (url, url)


@pytest.mark.parametrize(
    "url",
    ["javascript:alert(1)", "mailto:a@b.c", "ftp://x/y", "data:text/html,x", "https://a b", "x"],
)
def test_other_addresses_are_text(url: str) -> None:
    """Nothing but the web is linked."""
    runs = source_runs(Source(title="A", url=url))
    assert "".join(run.text for run in runs) == f"A, {url}"
    assert not [run for run in runs if run.href]


@pytest.mark.parametrize(
    ("source", "text"),
    [
        (Source(title=A.url, url=A.url), A.url),
        (Source(title="", url=A.url), A.url),
        (Source(title="A\nbook", url=""), "A book"),
    ],
)
def test_what_is_not_there_is_not_said_twice(source: Source, text: str) -> None:
    """A source without a title is its address, one without an address its title."""
    assert "".join(run.text for run in source_runs(source)) == text


def test_report_lists_each_address_once() -> None:
    """In the order of first use; the first title stands."""
    other_name = Source(title="A again", url=A.url)
    records = (
        make_record(source_text="{S2}", sources=(C, B)),
        make_record(source_text="{S1}{S2}", sources=(A, B)),
        make_record(source_text="{S1}", sources=(other_name,)),
    )
    assert all_cited(records) == (B, A)
