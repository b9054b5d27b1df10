"""The forecast of ``factbook check`` as a person reads it: a table and sentences."""

from __future__ import annotations

from datetime import timedelta

from rich.console import Console
from rich.table import Table
from rich.text import Text

from factbook.cli.console import in_one_line, say
from factbook.config.project_config import ProjectConfig
from factbook.runs.forecast import TOKENS_PER_SECOND, Forecast, PassForecast

COLUMNS = ("pass", "model", "calls", "stored", "in", "out", "USD")
"""Columns of the forecast by pass and model; tokens are those that go in and come out."""

_BOUND_BY = {
    "latency": "how fast the model answers (about {pace:g} tokens a second)",
    "requests": "limits.requests_per_minute",
    "tokens": "limits.tokens_per_minute",
}


def print_forecast(forecast: Forecast, config: ProjectConfig, console: Console) -> None:
    """Print calls, tokens, cost and time that a run would take, and what it would not pay again.

    Args:
        forecast: The forecast.
        config: The configuration, for its limits.
        console: Where to print.
    """
    if forecast.passes:
        console.print(_passes(forecast))
    for line in forecast_lines(forecast, config):
        say(console, f"{line}.", is_wrapped=console.is_terminal)


def forecast_lines(forecast: Forecast, config: ProjectConfig) -> list[str]:
    """Calls, time and cost as sentences without their full stops.

    Args:
        forecast: The forecast.
        config: The configuration, for its limits.
    """
    stored = f"; {forecast.stored:,} answers are in the call store" if forecast.stored else ""
    unchanged = f", {forecast.unchanged:,} unchanged" if forecast.unchanged else ""
    sections = f"{forecast.sections:,} sections to write{unchanged}"
    lines = [f"{sections}: {forecast.calls:,} model calls{stored}"]
    if forecast.calls:
        by = max(forecast.seconds, key=lambda name: forecast.seconds[name])
        bound = _BOUND_BY[by].format(pace=TOKENS_PER_SECOND)
        lines.append(f"Time: about {_duration(forecast.total_seconds)}, bound by {bound}")
        lines.append(_cost(forecast, config.limits.budget_usd))
    return lines


def forecast_row(one: PassForecast) -> tuple[str, ...]:
    """Calls of one pass to one model, in the order of `COLUMNS`."""
    return (
        one.pass_,
        one.model,
        f"{one.calls:,}",
        f"{one.stored:,}",
        _thousands(one.input_tokens),
        "–".join(map(_thousands, one.output_tokens)),
        _usd(one),
    )


def _passes(forecast: Forecast) -> Table:
    table = Table(title=None, show_edge=False)
    table.add_column(COLUMNS[0], no_wrap=True)
    table.add_column(COLUMNS[1], overflow="fold")
    for name in COLUMNS[2:]:
        table.add_column(name, justify="right")
    for one in forecast.passes:
        table.add_row(*(Text(in_one_line(cell)) for cell in forecast_row(one)))
    return table


def _thousands(tokens: int) -> str:
    """``202k``: tokens in thousands, as they are forecast no closer."""
    return f"{round(tokens / 1000):,}k"


def _usd(one: PassForecast) -> str:
    if one.cost_usd is None:
        return "?"
    return "{:.2f}–{:.2f}".format(*one.cost_usd)


def _cost(forecast: Forecast, budget_usd: float | None) -> str:
    if forecast.cost_usd is None:
        models = ", ".join(forecast.unpriced)
        return (
            f"Cost: not known, as there is no price of {models}; add it to [prices] in "
            "project.toml, in USD per million tokens"
        )
    low, high = forecast.cost_usd
    text = (
        f"Cost: {low:.2f} to {high:.2f} USD, the more the longer the texts and the reasoning; "
        "repairs, retries and revisions come on top"
    )
    if budget_usd is None:
        return text
    if low > budget_usd:
        return (
            f"{text}. limits.budget_usd is {budget_usd:g}: some sections would be left to "
            "the offline writer"
        )
    return f"{text}. limits.budget_usd is {budget_usd:g}"


def _duration(seconds: float) -> str:
    """``1:23:45``, hours, minutes and seconds."""
    return str(timedelta(seconds=round(seconds)))
