"""The shape of a text, read from guidelines."""

from __future__ import annotations

import pytest

from factbook.writing.shape import count_words, read_shape


@pytest.mark.parametrize(
    ("guidelines", "expected"),
    [
        ("Write 120-180 words in two paragraphs.", (120, 180, 2)),
        ("120–180 words", (120, 180, None)),
        ("120 — 180 words", (120, 180, None)),
        ("between 150 and 200 words", (150, 200, None)),
        ("120 words to 180 words", (120, 180, None)),
        ("Write 1,000 to 1,500 words.", (1000, 1500, None)),
        ("Word count: 120-180", (120, 180, None)),
        ("At least 100 and at most 200 words", (100, 200, None)),
        ("Minimum 100, maximum 200 words.", (100, 200, None)),
        ("more than 100 but fewer than 150 words", (101, 149, None)),
        ("no fewer than 120 nor more than 180 words", (120, 180, None)),
    ],
)
def test_shape_reads_ranges_in_digits(
    guidelines: str, expected: tuple[int | None, int | None, int | None]
) -> None:
    """A range of words is read whatever joins its two numbers."""
    shape = read_shape(guidelines)
    assert (shape.min_words, shape.max_words, shape.paragraphs) == expected


@pytest.mark.parametrize(
    ("guidelines", "expected"),
    [
        ("one hundred and twenty to one hundred and eighty words", (120, 180)),
        ("between one hundred and fifty and two hundred words", (150, 200)),
        ("between one hundred and one hundred and fifty words", (100, 150)),
        ("between one hundred and two hundred words", (100, 200)),
        ("three hundred to four hundred words in four paragraphs", (300, 400)),
        ("no more than two hundred words", (None, 200)),
        ("a hundred words", (90, 110)),
        ("up to one hundred words", (None, 100)),
    ],
)
def test_shape_reads_number_words(guidelines: str, expected: tuple[int | None, int | None]) -> None:
    """Number words are read like digits, also where an "and" joins two of them."""
    shape = read_shape(guidelines)
    assert (shape.min_words, shape.max_words) == expected


@pytest.mark.parametrize(
    ("guidelines", "expected"),
    [
        ("about 150 words", (135, 165)),
        ("Write 120 or so words", (108, 132)),
        ("1,200 words", (1080, 1320)),
        ("Write a 150-word text", (135, 165)),
        ("at most 200 words", (None, 200)),
        ("maximum 150 words", (None, 150)),
        ("It must not exceed 250 words.", (None, 250)),
        ("fewer than 200 words", (None, 199)),
        ("200 words or fewer", (None, 200)),
        ("Word limit: 200", (None, 200)),
        ("at least 100 words", (100, None)),
        ("exactly 150 words", (150, 150)),
    ],
)
def test_shape_reads_single_numbers(
    guidelines: str, expected: tuple[int | None, int | None]
) -> None:
    """One number is an upper bound, a lower bound, or a length that allows ten per cent."""
    shape = read_shape(guidelines)
    assert (shape.min_words, shape.max_words) == expected


@pytest.mark.parametrize(
    ("guidelines", "expected"),
    [
        ("a single paragraph", 1),
        ("Write it in one paragraph.", 1),
        ("Two short paragraphs", 2),
        ("3 paragraphs", 3),
        ("two-paragraph text", 2),
        ("2-3 paragraphs", 2),
        ("Use two or three paragraphs", 2),
        ("150 words in 2 paragraphs", 2),
        ("no more than three paragraphs", None),
        ("In the first paragraph the level, in the second the change.", None),
        ("Begin with a short paragraph on supply, then a second paragraph on demand", None),
    ],
)
def test_shape_reads_paragraphs(guidelines: str, expected: int | None) -> None:
    """Paragraphs are counted; of a range the lower number counts, and ordinals are no counts."""
    assert read_shape(guidelines).paragraphs == expected


def test_shape_leaves_other_numbers_alone() -> None:
    """Figures, sentences and the length of a sentence are not the length of the text."""
    shape = read_shape(
        "Round to three significant figures. Name two sectors in two sentences of at most 25 words."
    )
    assert (shape.min_words, shape.max_words, shape.paragraphs) == (None, None, None)
    assert read_shape("Sentences of at most 25 words. 120 to 180 words.").max_words == 180
    assert read_shape("").min_words is None


def test_shape_multiplies_words_of_each_paragraph() -> None:
    """Words "each" are those of one paragraph."""
    shape = read_shape("Two paragraphs of 60 to 90 words each")
    assert (shape.min_words, shape.max_words) == (120, 180)


def test_count_words_takes_tokens_with_letters_or_digits() -> None:
    """A value and its unit are two words, a dash between blanks is none."""
    assert count_words("It was 67.3\N{NO-BREAK SPACE}TWh – or 12.4% – in 2021.") == 8
