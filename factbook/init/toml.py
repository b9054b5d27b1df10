"""The draft's ``project.toml``: each guess on a line of its own, with the reason above it."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import chain
from types import MappingProxyType

from factbook.data.categories.dimensions import is_whole
from factbook.data.series import Place
from factbook.init.guess import Guess
from factbook.init.measures import DraftMeasure
from factbook.init.places import PlacePlan
from factbook.init.units import is_code
from factbook.init.words import SCENARIOS, is_one_of
from factbook.measures.measure import Measure

_MOST_LISTED = 300
"""Places without sections that are listed."""

_COLUMNS = (
    ("place", "COUNTRY"), ("period", "YEAR"), ("value", "VALUE"), ("measure", "PROPERTY"),
    ("category", "SECTOR"), ("unit", "UNIT"), ("status", "STATUS"),
)  # fmt: skip


def project_toml(
    project_name: str,
    guesses: Sequence[Guess],
    files: Mapping[str, str],
    plan: PlacePlan,
    *,
    labels: Mapping[str, str] = MappingProxyType({}),
    units: Mapping[str, str] = MappingProxyType({}),
    bad_cells: Sequence[str] = (),
    told: Sequence[Place] = (),
    others: Sequence[Place] = (),
    measures: Sequence[DraftMeasure] = (),
) -> str:
    """The text of ``project.toml``.

    Args:
        project_name: Name of the report.
        guesses: The tables.
        files: Name of a table → its file, relative to the project folder.
        plan: The places.
        labels: Name of a measure in the tables → its name in the report, where they differ.
        units: Name of a measure in the report → its unit, which stood in its name.
        bad_cells: What the cells are that no number can be made of, to be read as gaps.
        told: Places with sections.
        others: Places without.
        measures: The measures, with what is known of them.
    """
    blocks = [
        list(_head(project_name)),
        list(_region(plan)),
        list(_countries(told, others)) if others else [],
        list(_places(plan)),
        list(_labels(labels, measures)),
        list(_bad_cells(bad_cells)),
        *(list(_table(guess, files[guess.name], units)) for guess in guesses),
        list(_measures(measures, units)),
    ]
    return "\n\n".join("\n".join(block) for block in blocks if block) + "\n"


def quoted(text: str) -> str:
    """A text as TOML's basic string, on one line."""
    return json.dumps(text, ensure_ascii=False).replace("\x7f", "\\u007f")


def key(text: str) -> str:
    """A text as a key: bare if it can be."""
    is_bare = text.isascii() and text.replace("-", "a").replace("_", "a").isalnum()
    return text if is_bare else quoted(text)


def _comment(text: str) -> str:
    """A text as the rest of a line behind ``#``."""
    return "# " + "".join(letter if letter.isprintable() else " " for letter in text)


def _head(project_name: str) -> Iterator[str]:
    yield _comment("A draft, made from tables. Each line below a comment is a guess:")
    yield _comment("correct it, then look with `factbook check` and write with `factbook run`.")
    yield _comment("The report's chapters and sections stand in prompt_sheet.xlsx.")
    yield f"project_name = {quoted(project_name)}"
    yield 'prompt_sheet = "prompt_sheet.xlsx"'
    yield 'provider = "offline"             # or "openai", "local": docs/models.md'
    yield "run_objectives_concurrent = true"
    yield "run_task_concurrent = true"


def _region(plan: PlacePlan) -> Iterator[str]:
    yield _comment(f"The place that stands for all its members: {plan.why}.")
    yield "[region]"
    yield f"name = {quoted(plan.region)}"
    yield f"members = {quoted(plan.members)}"
    if plan.row:
        yield _comment("The name of its own rows in the tables.")
        yield f"row = {quoted(plan.row)}"


def _countries(told: Sequence[Place], others: Sequence[Place]) -> Iterator[str]:
    yield _comment(f"The {len(told)} places with most figures get sections; the others count in")
    yield _comment("sums and ranks all the same. Delete a # to have its sections too.")
    yield "[countries]"
    for place in told:
        yield f"{key(place.code)} = {quoted(place.name)}"
    for place in others[:_MOST_LISTED]:
        yield "# " + f"{key(place.code)} = {quoted(place.name)}"


def _places(plan: PlacePlan) -> Iterator[str]:
    if plan.kind.name == "countries" and not (plan.drop or plan.rename):
        return
    yield _comment(f"Most labels are {plan.kind.words}.")
    yield "[places]"
    yield f"kind = {quoted(plan.kind.name)}"
    if plan.kind.level:
        yield f"level = {plan.kind.level}"
    if plan.rename:
        yield _comment("Names without the marks of footnotes.")
        pairs = (f"{quoted(old)} = {quoted(new)}" for old, new in plan.rename.items())
        yield f"rename = {{ {', '.join(pairs)} }}"
    if plan.drop:
        yield _comment("Left out. If one is a place by another name, give that under rename:")
        yield _comment('rename = { "name in the table" = "name" }')
        yield "drop = ["
        for label, why in plan.drop.items():
            yield f"    {quoted(label)},  {_comment(why)}"
        yield "]"


def _labels(names: Mapping[str, str], measures: Sequence[DraftMeasure]) -> Iterator[str]:
    """Names of measures in the report, and lines for those whose name is a code."""
    codes = [one.name for one in measures if is_code(one.name)]
    if names:
        yield _comment("Names of measures: without their units, and without commas, which divide")
        yield _comment("the lists of the sheet.")
        yield "[labels.PROPERTY]"
        for label, name in names.items():
            yield f"{quoted(label)} = {quoted(name)}"
    if codes:
        yield _comment("Names of measures that are codes: delete the # and write what they are;")
        yield _comment("then write it in prompt_sheet.xlsx, too (property_list, titles).")
        yield from () if names else ("# [labels.PROPERTY]",)
        for code in codes:
            yield _comment(f'{quoted(code)} = "…"')


def _bad_cells(bad_cells: Sequence[str]) -> Iterator[str]:
    if bad_cells:
        yield _comment("Cells that are no numbers are read as gaps; they are these:")
        for text in bad_cells:
            yield _comment(text)
        yield "[data]"
        yield 'bad_cells = "gap"'


def _table(guess: Guess, file: str, units: Mapping[str, str]) -> Iterator[str]:
    yield f"[data.tables.{key(guess.name)}]"
    yield f"file = {quoted(file)}"
    yield _comment("Publisher, title, edition: shown under each table of figures.")
    yield f"origin = {quoted(guess.opened.title or guess.opened.path.name)}"
    if guess.opened.sheet:
        yield _comment("The first worksheet with a table.")
        yield f"sheet = {quoted(guess.opened.sheet)}"
    if guess.periods and not guess.is_proposed:
        yield _comment(guess.reasons["periods"] + ".")
        yield "years_in_columns = true"
    yield from _unit(guess, are_in_names=bool(units))
    for column, text in guess.constants.items():
        role = {"COUNTRY": "place", "YEAR": "period"}.get(column, column)
        yield _comment(f"No column has the {column}: {guess.reasons.get(role, 'a guess')}.")
        yield f"constants.{column} = {quoted(text)}"
    if guess.unread:
        yield _comment(f"Not read: {', '.join(map(quoted, guess.unread[:30]))}.")
    yield from _columns(guess)
    yield from _dimensions(guess)
    yield from _values(guess)


def _unit(guess: Guess, *, are_in_names: bool) -> Iterator[str]:
    if not guess.unit_of_all:
        return
    if guess.unit:
        yield _comment("Of figures whose cell in the column of units is blank.")
    elif guess.unit_is_known:
        yield _comment("Read in the title, or said.")
    elif are_in_names:
        yield _comment("For measures whose unit is not given below.")
    else:
        yield _comment("No unit was found. Write it here: sums and percentages depend on it.")
    yield f"unit = {quoted(guess.unit_of_all)}"


def _columns(guess: Guess) -> Iterator[str]:
    said = {role: why for role, why in guess.reasons.items() if why == "you said so"}
    lines: list[str] = []
    for role, column in _COLUMNS:
        text = str(getattr(guess, role))
        if not text:
            continue
        if guess.is_proposed and role not in said and not _is_own(guess, role):
            yield _comment(f"{column} = {quoted(text)} by the format of the file.")
            continue
        lines.append(_comment(f"{guess.reasons.get(role, 'a guess')}."))
        lines.append(f"{column} = {quoted(text)}")
    if lines:
        yield f"[data.tables.{key(guess.name)}.columns]"
        yield from lines


def _is_own(guess: Guess, role: str) -> bool:
    """Whether a role was guessed beyond what the file's format proposes."""
    return str(getattr(guess, role)) != str(getattr(guess.opened.grid.roles, role))


def _dimensions(guess: Guess) -> Iterator[str]:
    """What else tells figures apart: scenarios; breakdowns by their total, else all members."""
    if not guess.dimensions:
        return
    yield _comment("They tell figures apart, too. Of a breakdown the total is read, else all its")
    yield _comment('members (each = true); default = "…" reads one of them.')
    yield f"[data.tables.{key(guess.name)}.dimensions]"
    roles = guess.opened.grid.roles
    for heading in guess.dimensions:
        is_scenario = is_one_of(heading, SCENARIOS) or heading in (roles.scenarios if roles else ())
        has_whole = any(map(is_whole, guess.columns[heading].labels))
        said = 'role = "scenario"' if is_scenario else "" if has_whole else "each = true"
        yield f"{quoted(heading)} = {{ {said} }}" if said else f"{quoted(heading)} = {{}}"


def _values(guess: Guess) -> Iterator[str]:
    if not guess.values:
        return
    yield _comment("What each column of figures is: its measure and unit; its place or its month.")
    yield f"[data.tables.{key(guess.name)}.values]"
    for heading, named in guess.values.items():
        doubt = "" if named.is_known else "  # no unit was found: write it here"
        parts = [f"measure = {quoted(named.measure)}"]
        if not guess.unit:
            parts.append(f"unit = {quoted(named.unit)}")
        parts += [f"place = {quoted(named.place)}"] * bool(named.place)
        parts += [f"month = {named.month}"] * bool(named.month)
        yield f"{quoted(heading)} = {{ {', '.join(parts)} }}{doubt}"


def _measures(measures: Sequence[DraftMeasure], units: Mapping[str, str]) -> Iterator[str]:
    """Units that stood in names; what was taken of each measure, as lines to be said otherwise."""
    known = {one.name for one in measures}
    for name in (name for name in units if name not in known):
        yield from _unit_of(name, units[name])
    if not measures:
        return
    yield _comment("What may be done to the figures of each measure, as it was taken. Delete the #")
    yield _comment("of a block to say otherwise: docs/configuration.md, Measures.")
    for one in measures:
        if one.name in units:
            yield from _unit_of(one.name, units[one.name])
        else:
            yield f"# [measures.{key(one.name)}]"
        yield from map(_comment, _taken(one.measures))


def _taken(measures: Sequence[Measure]) -> Iterator[str]:
    """What was taken of a measure in each of its units; as a setting where it is the same in all.

    A setting of a measure holds for all of its units: what differs stays a comment without the #.
    """
    adds = ["sum" if measure.adds_over_places else "none" for measure in measures]
    reasons = dict.fromkeys(chain(*(_plain(measure.reasons) for measure in measures)))
    why = "; ".join(reasons) or "nothing is known of it"
    if len(set(adds)) == 1:
        yield f'over_places = "{adds[0]}"  # {why}'
    else:
        for measure, word in zip(measures, adds, strict=True):
            why = "; ".join(_plain(measure.reasons)) or "nothing is known of it"
            yield f"# over_places is {word} in {measure.unit}: {why}"
    better = {measure.better for measure in measures}
    if len(better) == 1:
        yield f'better = "{measures[0].better}"'


def _unit_of(name: str, unit: str) -> Iterator[str]:
    yield f"[measures.{key(name)}]"
    yield f"unit = {quoted(unit)}  # it stood in the name"
    yield "scale = 1"


def _plain(reasons: Iterable[str]) -> Iterator[str]:
    for reason in reasons:
        yield " ".join(reason.split())[:200]
