"""What makes a sum doubtful though its rows are sound: members missing, categories in others."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import replace

from factbook.data.categories.aggregate_names import TOTAL
from factbook.data.categories.composition import Example, remedy
from factbook.data.cleaning import listing, plural
from factbook.data.dataset import DataSet
from factbook.data.grids.values import shown
from factbook.data.places.region import TOLERANCE
from factbook.errors import Finding
from factbook.evidence.panels import NAME_OF_TOTAL, Quantity
from factbook.evidence.quantities import Quantities
from factbook.evidence.row_blocks import Block
from factbook.evidence.shares import is_published, share_of_category
from factbook.evidence.wholes import Panels
from factbook.names import name_key


def missing_members(dataset: DataSet, blocks: Iterable[Block]) -> Iterator[Finding]:
    """Warnings for tables in which members of the region are missing that its sums leave out.

    Args:
        dataset: The data.
        blocks: What the sheet selects.
    """
    by_table: dict[str, list[Block]] = {}
    for block in blocks:
        by_table.setdefault(block.table.name, []).append(block)
    region, members = dataset.region, dataset.members
    for name, selected in by_table.items():
        table = selected[0].table
        without = [member.name for member in members if not table.has_data(member.code)]
        if not 0 < len(without) < len(members):
            continue
        if not any(is_summed(block, region.code) for block in selected):
            continue
        verb = "has" if len(without) == 1 else "have"
        yield Finding(
            severity="warning",
            code="data.missing-members",
            message=f"{region.name}: {len(without)} of {plural(len(members), 'member')} {verb} no "
            f"data in {name}: {', '.join(without)}. Its sums leave them out",
            file=listing(table.files, 3),
            remedy="Add their rows, or list the countries that the data cover under [region] "
            "members in project.toml",
        )


def is_summed(block: Block, region: str) -> bool:
    """Whether a figure of the region adds up its members: it has no row of its own."""
    return block.measure.adds_over_places and not all(
        block.table.series(
            region,
            block.metric,
            subject,
            block.unit,
            block.collection,
            block.frequency,
            block.scenario,
        )
        for subject in block.subjects
    )


def overlaps(
    dataset: DataSet, groups: Mapping[str, Collection[str]], blocks: Iterable[Block]
) -> Iterator[Finding]:
    """What is known and what is not of the categories that hold each other, of what is selected.

    Overlaps that nobody can resolve but the user are errors; sums of figures too few or too round
    to prove them, balances, and searches that ended early are warnings.

    Args:
        dataset: The data.
        groups: Group → its categories by their `name_key`.
        blocks: What the sheet selects.
    """
    seen: set[tuple[str, ...]] = set()
    for block in blocks:
        key = (block.table.name, block.collection, block.metric, block.unit)
        if key not in seen and block.measure.adds_over_categories:
            seen.add(key)
            yield from _of_kind(dataset, block)
            yield from _groups_in_data(dataset, groups, block)


def _of_kind(dataset: DataSet, block: Block) -> Iterator[Finding]:
    whole = block.whole_of
    file = listing(block.table.files, 3)
    kind = f"{block.collection} {block.metric}".strip() + f" ({block.unit})"
    for conflict in whole.conflicts:
        rows = [row for one in conflict.examples for row in _rows(block, conflict.subject, one)]
        examples = tuple(
            replace(one, place=getattr(dataset.known.get(str(one.place)), "name", one.place))
            for one in conflict.examples
        )
        told = replace(conflict, examples=examples)
        yield told.finding(f"{kind} in {block.table.called}", file, list(dict.fromkeys(rows)))
    own = block.table.own_total(block.metric, block.unit, block.collection)
    stated = "no sum of them is stated" + (", but the data's own total is" if own else "")
    for one in whole.balances:
        yield _doubt(
            "balance",
            f"'{one.subject}' of {kind} in {block.table.called} is the sum of "
            f"{listing(one.parts, 8)} in every place and period: with flows among them they look "
            f"like a balance: {stated}",
            file,
            f"Give '{one.subject}' a property of its own; if it is the total, call it 'Total'; "
            "or leave it out: [categories] drop",
        )
    for one in whole.doubts:
        yield _doubt(
            "double-count",
            f"'{one.subject}' of {kind} in {block.table.called} is the sum of "
            f"{listing(one.parts, 8)} wherever it stands beside them; "
            f"{plural(one.keys, 'place and period', 'places and periods')} with too few or too "
            f"round figures to be sure: {stated}",
            file,
            remedy(one.subject),
        )
    if whole.is_bounded:
        yield _doubt(
            "unsearched",
            f"{kind} in {block.table.called} has too many categories to find out whether some are "
            "sums of others: those called so are known, others are added",
            file,
            "Say what is a part of what: parent under [labels], or [groups]",
        )


def _groups_in_data(
    dataset: DataSet, groups: Mapping[str, Collection[str]], block: Block
) -> Iterator[Finding]:
    """Errors for categories called as a group of the sheet whose sum they are, unknown as such."""
    whole = block.whole_of
    spelled = {name_key(name): name for name in block.table.subjects(block.metric, unit=block.unit)}
    for group, members in groups.items():
        same = spelled.get(name_key(group), "")
        held = [spelled[one] for one in members if one in spelled]
        if not same or same in held or len(held) < 2 or whole.parts(same):
            continue
        if _is_sum(dataset, block, same, held):
            yield Finding(
                severity="error",
                code="data.overlap",
                message=f"'{same}' of {block.metric} ({block.unit}) in {block.table.called} is a "
                f"category, and the sum of {listing(held, 8)}, which group '{group}' of the sheet "
                "holds: a total would count them twice",
                file=listing(block.table.files, 3),
                remedy=remedy(same),
            )


def _is_sum(dataset: DataSet, block: Block, subject: str, parts: Sequence[str]) -> bool:
    """Whether a category is the sum of others in each place and period where it stands."""
    fits = []
    for code in dataset.known:
        whole, *others = (
            block.table.series(
                *(code, block.metric, name, block.unit, block.collection, block.frequency),
                block.scenario,
            )
            for name in (subject, *parts)
        )
        for period, point in whole.points.items() if whole else ():
            numbers = [one.points[period].value for one in others if one and period in one.points]
            if numbers:
                fits.append(abs(sum(numbers) - point.value) <= TOLERANCE * abs(point.value))
    return bool(fits) and all(fits)


def lacking_categories(
    dataset: DataSet, quantities: Quantities, blocks: Iterable[Block]
) -> Iterator[Finding]:
    """Warnings for totals that are not told, as categories lack figures that other periods have.

    Args:
        dataset: The data.
        quantities: Finds what blocks measure.
        blocks: What the sheet selects.
    """
    found: dict[tuple[str, str, tuple[str, ...]], dict[tuple[str, str], None]] = {}
    files = {}
    for block in blocks:
        files[block.table.name] = listing(block.table.files, 3)
        for panel in quantities.of(block) if block.adds_up else ():
            if panel.quantity.subject != NAME_OF_TOTAL:
                continue
            for place in dataset.countries:
                for period, names in panel.lacking(place).items():
                    key = (block.table.name, panel.quantity.metric, names)
                    found.setdefault(key, {})[place.name, period] = None
    for (table, metric, names), keys in found.items():
        shown_keys = listing((f"{place} {period}" for place, period in keys), 5)
        verb = "has" if len(names) == 1 else "have"
        yield _doubt(
            "no-total",
            f"{plural(len(keys), 'total')} of {metric} in {table} "
            f"{'is' if len(keys) == 1 else 'are'} not told: {listing(names, 8)} {verb} no "
            f"figure there, as in other periods: {shown_keys}",
            files[table],
            "Add the figures, with 0 where it has ended; or say that no row means zero, as a row "
            f'without a figure never does: [categories] zero_if_absent = ["{names[0]}"] in '
            "project.toml",
        )


def disagreeing_shares(
    dataset: DataSet, quantities: Quantities, panels: Panels, blocks: Iterable[Block]
) -> Iterator[Finding]:
    """Warnings for published shares that the figures contradict, one a table and property.

    Args:
        dataset: The data.
        quantities: Finds what blocks measure.
        panels: The panels of the data.
        blocks: What the sheet selects.
    """
    found: dict[tuple[str, str, str], list[str]] = {}
    files = {}
    seen: set[Quantity] = set()
    for block in blocks:
        is_published_here = block.metric in panels.published(block.table, block.collection)
        for panel in quantities.of(block) if is_published_here else ():
            wholes = panels.wholes(panel.quantity)
            if panel.quantity in seen or wholes is None or wholes.published is None:
                continue
            seen.add(panel.quantity)
            files[block.table.name] = listing(block.table.files, 3)
            for place in dataset.known.values():
                for period, share in wholes.published.of(place).items():
                    derived = share_of_category(panel, wholes, place, period)
                    if isinstance(derived, str) or is_published(panel, wholes, place, period):
                        continue
                    q = wholes.published.quantity
                    found.setdefault((q.table, q.metric, panel.quantity.metric), []).append(
                        f"{place.name} {q.subject} {period}: {shown(share.value)} % against "
                        f"{derived.percent:.3g} %"
                    )
    for (table, metric, of), examples in found.items():
        yield _doubt(
            "share-differs",
            f"{plural(len(examples), 'figure')} of {metric} in {table} disagree with {of} by more "
            f"than roundings: {listing(examples, 3)}. The shares are computed there",
            files[table],
            "Correct the rows, or leave the published shares out",
        )


def _doubt(code: str, message: str, file: str, what_to_do: str) -> Finding:
    return Finding(
        severity="warning", code=f"data.{code}", message=message, file=file, remedy=what_to_do
    )


def _rows(block: Block, subject: str, example: Example) -> Iterator[int]:
    """Rows of an example of a conflict."""
    table = block.table
    name = subject if subject in table.subjects(block.metric, block.collection) else TOTAL
    for scenario in table.scenarios(block.metric, block.unit):
        for frequency in table.frequencies:
            series = table.series(
                *(str(example.place), block.metric, name, block.unit, block.collection),
                *(frequency, scenario),
            )
            point = series.points.get(str(example.period)) if series else None
            if point is not None and point.value == example.value:
                yield from (row for source in point.sources for row in source.rows)
                return
