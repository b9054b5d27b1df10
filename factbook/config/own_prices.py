"""Prices of models that somebody has agreed to, apart from those that a project states by itself.

A project folder is something that people send each other, and a budget is kept by prices: one that
states them as 0 would cancel the budget of whoever runs it. A price of the environment
(`FACTBOOK_PRICES`), or one that a person has typed (``--set``), replaces that of the price list.
One that only project.toml states does so where the list has none or a lower one.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from pydantic import TypeAdapter, ValidationError

from factbook.config.project_config import Price
from factbook.config.values import parse_toml
from factbook.errors import ConfigError, Finding

VARIABLE = "FACTBOOK_PRICES"
_MOST_SHOWN = 100
_PRICES = TypeAdapter(dict[str, Price])


def prices_of_environment(text: str | None) -> dict[str, dict[str, float]]:
    """The prices of ``FACTBOOK_PRICES``: ``"gpt-5" = {input = 1, output = 8}``, as in project.toml.

    Returns:
        Model → USD per million tokens by ``input`` and ``output``; several stand with commas
        between them.

    Raises:
        ConfigError: The text is something else.
    """
    try:
        prices = _PRICES.validate_python(parse_toml(f"prices = {{{text or ''}}}")["prices"])
    except (ValueError, ValidationError, KeyError):
        raise ConfigError([_wrong(text or "")]) from None
    return {model: price.model_dump() for model, price in prices.items()}


def doubted_prices(
    prices: Iterable[str], typed: Mapping[str, Any], agreed: Iterable[str]
) -> set[str]:
    """The models whose price only the project states.

    Args:
        prices: Models with a price.
        typed: Tables of ``prices`` that a person has typed, with any values.
        agreed: Models with a price in the environment.
    """
    whole = {model for model, price in typed.items() if {*Price.model_fields} <= {*price}}
    return {*prices} - {*agreed} - whole


def _wrong(text: str) -> Finding:
    return Finding(
        severity="error",
        code="config.environment-prices",
        message=f"'{text[:_MOST_SHOWN]}' are no prices of models",
        file=VARIABLE,
        allowed='"MODEL" = {input = NUMBER, output = NUMBER}, with commas between them, in USD per '
        "million tokens",
        remedy=f"Write, for example, {VARIABLE}='\"gpt-5\" = {{input = 1.25, output = 10}}'",
    )
