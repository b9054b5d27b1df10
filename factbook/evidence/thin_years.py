"""Last years that few members of a region have: its sum there is hardly the region's figure."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator

from factbook.config.project_config import Data
from factbook.data.cleaning import listing, plural
from factbook.data.dataset import DataSet
from factbook.errors import Finding
from factbook.evidence.doubts import is_summed
from factbook.evidence.quantities import Quantities
from factbook.evidence.row_blocks import Block
from factbook.evidence.spans import WHOLE_YEARS, spans


def thin_years(
    dataset: DataSet, quantities: Quantities, blocks: Iterable[Block], data: Data
) -> Iterator[Finding]:
    """Warnings for tables whose last year has less than half of the members that another year has.

    Args:
        dataset: The data.
        quantities: Finds what blocks measure.
        blocks: What the sheet selects.
        data: The configuration: base and target year.
    """
    told: set[str] = set()
    for block in blocks:
        table = block.table
        if (
            table.name in told
            or block.frequency not in WHOLE_YEARS
            or not is_summed(block, dataset.region.code)
        ):
            continue
        for panel in quantities.of(block):
            target = spans([(panel, block)], data).get((table.name, block.frequency), ("", ""))[1]
            held = Counter(period for one in dataset.members for period in panel.of(one))
            most = max(held.values(), default=0)
            if 2 * held[target] >= most:
                continue
            last = max(period for period, count in held.items() if 2 * count >= most)
            told.add(table.name)
            yield Finding(
                severity="warning",
                code="data.thin-year",
                message=f"{dataset.region.name}: {plural(held[target], 'member')} "
                f"{'has' if held[target] == 1 else 'have'} a figure of {panel.quantity.metric} in "
                f"{target}, the year that {table.name} is told for, and {held[last]} in {last}. "
                "Its sum and ranks are of these alone",
                file=listing(table.files, 3),
                remedy=f"Write target_year = {last[:4]} under [data] in project.toml, or add rows",
            )
            break
