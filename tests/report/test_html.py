"""Tests of the report as HTML."""

import base64
import hashlib
import re
from html.parser import HTMLParser

from factbook.report.blocks import Document, Heading
from factbook.report.html import contents_tree, to_html
from factbook.report.text import clean

ELEMENTS = frozenset(
    ("html", "head", "meta", "title", "style", "body", "a", "header", "h1", "h2", "h3", "h4", "h5")
    + ("p", "nav", "ol", "ul", "li", "main", "figure", "table", "caption", "thead", "tbody", "tr")
    + ("th", "td", "figcaption", "aside", "strong", "em", "section", "span")
)
VOID = frozenset({"meta"})


class Page(HTMLParser):
    """Elements with their attributes, and the text of each, of a page that must be well formed."""

    def __init__(self, page: bytes) -> None:
        super().__init__()
        self.elements: list[tuple[str, dict[str, str]]] = []
        self.texts: list[list[str]] = []
        self._open: list[int] = []
        self.feed(page.decode())
        self.close()
        assert not self._open

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Note an element."""
        self.elements.append((tag, {name: value or "" for name, value in attrs}))
        self.texts.append([])
        if tag not in VOID:
            self._open.append(len(self.elements) - 1)

    def handle_endtag(self, tag: str) -> None:
        """Close the element, which must be the one that was opened last."""
        assert self.elements[self._open.pop()][0] == tag

    def handle_data(self, data: str) -> None:
        """Give the text to every element that is open."""
        for at in self._open:
            self.texts[at].append(data)

    def text_of(self, tag: str) -> list[str]:
        """The text of each element of a kind."""
        return [
            "".join(text)
            for (name, _), text in zip(self.elements, self.texts, strict=True)
            if name == tag
        ]

    def all(self, tag: str) -> list[dict[str, str]]:
        """The attributes of each element of a kind."""
        return [attributes for name, attributes in self.elements if name == tag]


def test_html_holds_only_known_elements(hostile_document: Document) -> None:
    """No text adds an element or an attribute that runs or loads something."""
    page = Page(to_html(hostile_document))
    assert {tag for tag, _ in page.elements} <= ELEMENTS
    for tag, attributes in page.elements:
        assert not any(name.startswith("on") or name in ("src", "style") for name in attributes)
        if tag == "a":
            assert re.match(r"#|https?://|mailto:", attributes["href"])


def test_html_shows_hostile_text_as_it_is(hostile_document: Document) -> None:
    """Each hostile text stands in its heading, cell, caption and notice."""
    page = Page(to_html(hostile_document))
    headings = [block for block in hostile_document.blocks if isinstance(block, Heading)]
    assert page.text_of("h2")[1:] == [clean(block.text) for block in headings if block.level == 1]
    for block in headings[::2]:
        text = clean(block.text)
        assert text in page.text_of("td") or text in page.text_of("th")
        assert text in page.text_of("caption")
        assert f"Missing: {text}" in page.text_of("aside")


def test_html_policy_allows_its_own_style_alone(document: Document) -> None:
    """The policy loads nothing and names the digest of the one style."""
    page = to_html(document).decode()
    style = page.split("<style>")[1].split("</style>")[0]
    digest = base64.b64encode(hashlib.sha256(style.encode()).digest()).decode()
    (policy,) = (
        meta["content"]
        for meta in Page(page.encode()).all("meta")
        if meta.get("http-equiv") == "Content-Security-Policy"
    )
    assert policy.startswith("default-src 'none'")
    assert f"style-src 'sha256-{digest}'" in policy
    assert "unsafe" not in policy
    assert "url(" not in style
    assert "@import" not in style


def test_html_is_one_file_that_loads_nothing(document: Document) -> None:
    """There is no element that fetches; the only address is that of a link in a text."""
    page = to_html(document).decode()
    assert re.findall(r"https?://[^\"<]*", page) == ["https://example.org/a?b=1&amp;c=2"]


def test_html_has_language_title_and_outline(document: Document) -> None:
    """The page names its language and title, and its headings step down from the title."""
    page = Page(to_html(document))
    assert page.all("html")[0]["lang"] == "en-GB"
    assert page.text_of("title") == page.text_of("h1") == ["Electricity in two countries"]
    assert page.text_of("h2") == ["Contents", "1 Supply", "2 Conclusion"]
    assert page.text_of("h5") == ["Austria", "Belgium", "Austria"]
    assert page.all("a")[0] == {"class": "skip", "href": "#the_report"}


def test_html_headings_carry_section_ids(document: Document) -> None:
    """The heading of a section has its id and its anchor."""
    ids = {
        heading["data-section-id"]: heading["id"] for heading in Page(to_html(document)).all("h5")
    }
    assert ids == {
        "1.1.2@AT": "s-1-1-2-at",
        "1.1.2@BE": "s-1-1-2-be",
        "conclusion@AT": "conclusion-at",
    }


def test_html_links_within_the_page_have_their_target(document: Document) -> None:
    """Each entry of the contents leads to an element, and no id occurs twice."""
    page = Page(to_html(document))
    ids = [attributes["id"] for _, attributes in page.elements if "id" in attributes]
    targets = [link["href"][1:] for link in page.all("a") if link["href"].startswith("#")]
    assert len(ids) == len(set(ids))
    assert set(targets) <= set(ids)
    assert targets[1:] == ["objective-1", "task-1-1", "sub-task-1-1-2", "objective-2"]


def test_html_tables_are_described(document: Document) -> None:
    """A table has caption, column and row heads with their scope, and numbers set apart."""
    page = Page(to_html(document))
    assert page.text_of("caption") == ["Main figures: Austria"]
    assert page.text_of("figcaption") == ["Source: etm.csv, rows 2–3."]
    assert [head["scope"] for head in page.all("th")] == ["col"] * 4 + ["row"] * 2
    numbers = [
        text
        for cell, text in zip(page.all("td"), page.text_of("td"), strict=True)
        if cell.get("class") == "number"
    ]
    assert numbers == ["38.8", "6.74"]


def test_html_sets_notices_apart(document: Document) -> None:
    """A notice says its kind and is marked with it."""
    page = Page(to_html(document))
    assert [aside["class"] for aside in page.all("aside")] == [
        "notice note",
        "notice missing",
        "notice degraded",
    ]
    assert page.text_of("aside")[1] == "Missing: This section could not be written."


def test_html_of_an_unfinished_report_says_so_on_its_title_page(
    unfinished_document: Document,
) -> None:
    """In print it would else stand alone on a page; it is said once."""
    page = to_html(unfinished_document).decode()
    notice = "This report is incomplete: 1 section is degraded."
    assert page.count(notice) == 1
    assert notice in page.split("<header")[1].split("</header>")[0]


def test_html_lists_sources(cited_document: Document) -> None:
    """In small print, links to the web alone; what is marked has its own class."""
    page = Page(to_html(cited_document))
    assert page.text_of("ul")[0] == (
        "\n[1] A *report*, https://example.org/report?year=2021&page=3\n"
        "[2] A book, ftp://example.org/book\n"
    )
    assert page.all("ul")[0] == {"class": "sources"}
    links = [link["href"] for link in page.all("a") if not link["href"].startswith("#")]
    assert links == ["https://example.org/report?year=2021&page=3"]
    assert page.text_of("aside") == [
        "Unfinished: The model's text stands.",
        "To be checked: 40 has no fact.",
    ]


def test_html_keeps_lists_and_looks(document: Document) -> None:
    """Lists, bold, italic and links come out as their elements."""
    page = Page(to_html(document))
    assert page.text_of("ul") == ["\nhydro\nwind\n"]
    assert "more than before" in page.text_of("strong")
    assert page.text_of("em") == ["by far"]
    assert page.all("a")[-1]["href"] == "https://example.org/a?b=1&c=2"


def test_html_is_the_same_each_time(document: Document) -> None:
    """The same document gives the same bytes."""
    assert to_html(document) == to_html(document)


def test_contents_tree_bears_levels_that_are_left_out() -> None:
    """A heading stands under the nearest one above it, also where a level is missing."""
    levels = (3, 1, 3, 2, 3, 1)
    blocks = tuple(Heading(level=level, text=str(level), anchor="a") for level in levels)
    tree = contents_tree(Document(title="T", blocks=blocks))
    assert [entry.heading.level for entry in tree] == [3, 1, 1]
    assert [entry.heading.level for entry in tree[1].children] == [3, 2]


def test_html_shows_headlines_and_messages(told_document: Document) -> None:
    """A headline is a paragraph of its own look; a message leads to its section."""
    page = Page(to_html(told_document))
    looks = [attributes.get("class") for attributes in page.all("p")]
    assert looks.count("headline") == 1
    assert page.text_of("p")[looks.index("headline")] == "Wind *passed* coal in 2019"
    assert [at["aria-label"] for at in page.all("section")] == ["Key messages"] * 2
    ids = {attributes["id"] for _, attributes in page.elements if "id" in attributes}
    links = {at["href"].removeprefix("#") for at in page.all("a")}
    assert "s-1-1-2-at" in links
    assert links <= ids
    assert page.text_of("span") == ["Austria, 1.1.2 Wind", "Gone", "Austria, 1.1.2 Wind"]
