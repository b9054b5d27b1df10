"""The tables of `overhead.py`: medians, and what they are beside each other."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from statistics import median
from typing import Any

from meter import Meter

PLAIN, PREFECT, FACTBOOK = "plain threads", "empty Prefect task", "Factbook"


@dataclass(frozen=True)
class Sample:
    """One run of all sections.

    Attributes:
        wall_seconds: From the start of the flow, or pool, to its end.
        cpu_seconds: CPU of this process.
        server_cpu_seconds: CPU of the server's process.
        others_cores: Cores that other processes kept busy.
        reading_seconds: Reading the project, where there is one.
        evidence_seconds: Computing and writing its evidence.
        evidence_cpu_seconds: CPU of that.
    """

    wall_seconds: float
    cpu_seconds: float
    server_cpu_seconds: float
    others_cores: float
    reading_seconds: float = 0.0
    evidence_seconds: float = 0.0
    evidence_cpu_seconds: float = 0.0

    @classmethod
    def of(cls, meter: Meter, **prepared: float) -> Sample:
        """What a meter measured, and what preparing the run took."""
        return cls(
            meter.wall_seconds,
            meter.cpu_seconds,
            meter.server_cpu_seconds,
            meter.others_cores,
            **prepared,
        )


Samples = dict[tuple[int, str], list[Sample]]
"""Number of sections and kind → its runs."""
Row = dict[str, Any]
"""Column → value; the figures are floats."""


def overhead_rows(samples: Samples, seconds: float, workers: int) -> list[Row]:
    """A row for each size and kind: medians, and their ratios to the other kinds."""
    rows: list[Row] = []
    for sections in dict.fromkeys(size for size, _ in samples):
        of_size = {
            kind: _medians(runs) for (size, kind), runs in samples.items() if size == sections
        }
        # The pool sends nothing to the server: what that used meanwhile is not the pool's.
        cpu = {
            kind: one.cpu_seconds + (one.server_cpu_seconds if kind != PLAIN else 0.0)
            for kind, one in of_size.items()
        }
        ideal = math.ceil(sections / workers) * seconds
        rows.extend(
            {
                "sections": sections,
                "kind": kind,
                "wall_seconds": one.wall_seconds,
                "ideal_seconds": ideal,
                "wall_to_ideal": one.wall_seconds / ideal,
                "cpu_ms_per_section": 1000 * one.cpu_seconds / sections,
                "server_cpu_ms_per_section": 1000 * one.server_cpu_seconds / sections,
                "wall_to_plain": one.wall_seconds / of_size[PLAIN].wall_seconds,
                "wall_to_prefect": one.wall_seconds / of_size[PREFECT].wall_seconds,
                "cpu_to_plain": cpu[kind] / cpu[PLAIN],
                "cpu_to_prefect": cpu[kind] / cpu[PREFECT],
                "cores_of_others": one.others_cores,
            }
            for kind, one in of_size.items()
        )
    return rows


def preparation_rows(samples: Samples) -> list[Row]:
    """A row for each size: what comes before the flow."""
    prepared = {size: _medians(runs) for (size, kind), runs in samples.items() if kind == FACTBOOK}
    return [
        {
            "sections": sections,
            "reading_seconds": one.reading_seconds,
            "evidence_seconds": one.evidence_seconds,
            "evidence_cpu_ms_per_section": 1000 * one.evidence_cpu_seconds / sections,
        }
        for sections, one in prepared.items()
    ]


def _medians(runs: Sequence[Sample]) -> Sample:
    figures = [asdict(run) for run in runs]
    return Sample(**{name: median(each[name] for each in figures) for name in figures[0]})


def markdown(rows: Sequence[Row]) -> str:
    """Rows as a Markdown table, aligned for a terminal too: texts left, figures right."""
    heads = [_head(name) for name in rows[0]]
    cells = [[_cell(value) for value in row.values()] for row in rows]
    widths = [max(map(len, column)) for column in zip(heads, *cells, strict=True)]
    sides = ["<" if isinstance(value, str) else ">" for value in rows[0].values()]
    rule = [
        "-" * width if side == "<" else f"{'-' * (width - 1)}:"
        for width, side in zip(widths, sides, strict=True)
    ]
    lines = []
    for line in (heads, rule, *cells):
        padded = [
            f"{cell:{side}{width}}" for cell, side, width in zip(line, sides, widths, strict=True)
        ]
        lines.append(f"| {' | '.join(padded)} |")
    return "\n".join(lines)


def _head(column: str) -> str:
    words = column.replace("_to_", " ÷ ").replace("_", " ")
    return words.replace("cpu", "CPU").replace("prefect", "Prefect")


def _cell(value: object) -> str:
    """Three significant digits, or the text."""
    if not isinstance(value, float):
        return str(value)
    digits = 2 - math.floor(math.log10(value)) if value > 0 else 2
    return f"{round(value, digits):.{max(digits, 0)}f}"
