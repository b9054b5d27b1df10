"""Which input files differ between two runs, and how."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from factbook.data.grids.input_file import InputFile
from factbook.data.grids.vintages import DIGITS_SHOWN
from factbook.diff.changes import InputChange


def input_changes(old: Sequence[InputFile], new: Sequence[InputFile]) -> tuple[InputChange, ...]:
    """The files that are new, gone, or of other content or another edition, in order of names.

    Args:
        old: Inputs of the earlier run; empty where it has not noted them: then nothing is said.
        new: Inputs of the later run, likewise.
    """
    if not old or not new:
        return ()
    before, after = ({one.file: one for one in side} for side in (old, new))
    return tuple(_changes(before, after))


def _changes(before: dict[str, InputFile], after: dict[str, InputFile]) -> Iterator[InputChange]:
    for file in sorted({*before, *after}):
        old, new = before.get(file), after.get(file)
        if old is None or new is None:
            one = new or old
            said = f" ({_edition(one)})" if one is not None else ""
            yield InputChange(file=file, words=f"{'new' if old is None else 'gone'}{said}")
        elif (old.sha256, old.published) != (new.sha256, new.published):
            yield InputChange(file=file, words="; ".join(_differences(old, new)))


def _differences(old: InputFile, new: InputFile) -> Iterator[str]:
    if old.published != new.published:
        yield f"{old.published or 'no edition'} → {new.published or 'no edition'}"
    if old.rows != new.rows:
        yield f"{old.rows:,} → {new.rows:,} rows"
    if old.sha256 != new.sha256:
        yield f"SHA-256 {old.sha256[:DIGITS_SHOWN]}… → {new.sha256[:DIGITS_SHOWN]}…"


def _edition(one: InputFile) -> str:
    checksum = f"SHA-256 {one.sha256[:DIGITS_SHOWN]}…"
    return "; ".join(filter(None, (one.published, f"{one.rows:,} rows", checksum)))
