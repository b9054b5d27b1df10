"""Letters of another script that look like Latin ones: ``Gаs`` with a Cyrillic а is not ``Gas``."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Iterator, Mapping

from factbook.data.cleaning import Notes, listing
from factbook.names import name_key

# Pairs of the Unicode Standard's confusables.txt (UTS #39) that are alike in any font: Cyrillic,
# then Greek. Small Greek letters but omicron are left out: α, ν, ρ stand in names on purpose.
_CYRILLIC = "АВЕЅІЈКМНОРСТУХаеѕіјорсухԁԛԝһ", "ABESIJKMHOPCTYXaesijopcyxdqwh"
_GREEK = "ΑΒΕΖΗΙΚΜΝΟΡΤΥΧο", "ABEZHIKMNOPTYXo"
_TO_LATIN = str.maketrans(_CYRILLIC[0] + _GREEK[0], _CYRILLIC[1] + _GREEK[1])
_LATIN_LOOKALIKES = frozenset(_CYRILLIC[1] + _GREEK[1])

_WORD = re.compile(r"[^\W\d_]+")
_SHOWN = 6


def lookalikes(labels: Iterable[str]) -> Mapping[str, str]:
    """Labels with letters of another script, and those letters.

    A word that mixes Latin letters with others that look like Latin ones counts, as does a word
    wholly of such letters where the same label stands in Latin letters too: Cyrillic ``СО2``
    beside ``CO2``. ``μg``, ``kΩ``, ``Уголь`` and ``Ελλάδα`` do not.

    Returns:
        Label → the letters that seem out of place, each once, in order.
    """
    every = list(labels)
    if all(map(str.isascii, every)):
        return {}
    keys = {name_key(label) for label in every}
    found: dict[str, str] = {}
    for label in every:
        if label.isascii():
            continue
        strange = dict.fromkeys(
            letter for word in _WORD.findall(label) for letter in _strange(word)
        )
        if not strange and name_key(label.translate(_TO_LATIN)) in keys:
            strange = dict.fromkeys(letter for letter in label if ord(letter) in _TO_LATIN)
        if strange:
            found[label] = "".join(strange)
    return found


def note_lookalikes(labels: Iterable[str], column: str, file: str, notes: Notes) -> None:
    """Warn once of all labels of a column with letters of another script.

    Args:
        labels: The distinct labels.
        column: The column's name.
        file: Its file.
        notes: Collects the warning.
    """
    found = lookalikes(labels)
    if not found:
        return
    notes.add(
        "warning",
        "lookalikes",
        f"{column} has letters of another script that look like those of the word around them: "
        f"{with_letters(found)}",
        file=file,
        remedy="Type the names again; as they are, they differ from what they look like",
    )


def with_letters(found: Mapping[str, str]) -> str:
    """What `lookalikes` found in words: ``'Gаs' with а (U+0430 cyrillic small letter a)``."""
    return listing((f"'{name}' with {_named(letters)}" for name, letters in found.items()), _SHOWN)


def _strange(word: str) -> Iterator[str]:
    """The letters of a word that are not of its script, if they look as if they were."""
    if word.isascii():
        return
    latin = [letter for letter in word if unicodedata.name(letter, "").startswith("LATIN ")]
    others = [letter for letter in word if letter not in latin]
    if latin and others and all(ord(letter) in _TO_LATIN for letter in others):
        yield from others
    elif latin and others and _are_of_one_script(others) and _LATIN_LOOKALIKES.issuperset(latin):
        yield from latin


def _are_of_one_script(letters: Iterable[str]) -> bool:
    """Whether letters are all Cyrillic, or all Greek and more than a symbol's."""
    scripts = [unicodedata.name(letter, "").partition(" ")[0] for letter in letters]
    return len(scripts) > 1 and len(set(scripts)) == 1 and scripts[0] in ("CYRILLIC", "GREEK")


def _named(letters: str) -> str:
    return listing((f"{x} (U+{ord(x):04X} {unicodedata.name(x, '').lower()})" for x in letters), 4)
