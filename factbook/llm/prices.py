"""Prices of model calls, in USD."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from decimal import ROUND_CEILING, Decimal
from functools import cache
from typing import TYPE_CHECKING

from factbook.config.project_config import Price
from factbook.llm.chat import MOST_SEARCHES, Usage
from factbook.llm.contexts import context_tokens_of

if TYPE_CHECKING:
    from genai_prices.types import ModelPrice

MILLION = 1_000_000
MICRO_DOLLAR = Decimal("0.000001")


class Prices:
    """Prices of models: those of ``[prices]``, else those of the list in `genai-prices`.

    The list comes with the package; nothing is ever fetched. Discounts, such as those for cached
    input, are left out, so that no figure is too low.

    Args:
        prices: ``[prices]``: model → USD per million tokens.
        provider: Name of the provider; calls to any but ``openai`` stay on this machine and are
            free.
        doubted: Models whose price in `prices` counts only where it is the higher one, as nobody
            but the project states it.
        base_url: Where the calls go; None for the provider's own address. If the list knows the
            address as another provider's, that provider's prices apply.
    """

    def __init__(
        self,
        prices: Mapping[str, Price],
        *,
        provider: str = "openai",
        base_url: str | None = None,
        doubted: Collection[str] = (),
    ) -> None:
        self._prices = prices
        self._doubted = frozenset(doubted)
        self._is_free = provider != "openai"
        self._base_url = base_url

    def cost_usd(self, model: str, usage: Usage, *, searches: int = 0) -> Decimal | None:
        """Cost of tokens and searches; None when no price of the model is known.

        Args:
            model: Name of the model that was asked.
            usage: Tokens as the provider counts them.
            searches: Number of internet searches; free where their price is not known.
        """
        if model in self._prices:
            own = self._of_tokens(self._prices[model], usage) + self._of_searches(model, searches)
            is_doubted = model in self._doubted and not self._is_free
            listed = _listed_usd(model, self._base_url, usage, searches) if is_doubted else None
            return own if listed is None else max(own, listed)
        if self._is_free:
            return Decimal(0)
        return _listed_usd(model, self._base_url, usage, searches)

    def bound_usd(
        self,
        model: str,
        input_tokens_upper_bound: int,
        max_output_tokens: int,
        *,
        is_search: bool = False,
    ) -> Decimal | None:
        """The most that a call can cost, rounded up to a millionth of a dollar.

        Args:
            model: Name of the model to ask.
            input_tokens_upper_bound: Most tokens that the prompt can have.
            max_output_tokens: Bound on the completion's tokens.
            is_search: Whether the model may search the internet, at most `MOST_SEARCHES` times;
                after each it may read as much as its context allows.

        Returns:
            None when no price of the model is known.
        """
        if is_search:  # the model reads what a search finds: it is charged as part of the prompt
            input_tokens_upper_bound += (MOST_SEARCHES + 1) * context_tokens_of(model)
        usage = Usage(input_tokens=input_tokens_upper_bound, output_tokens=max_output_tokens)
        cost = self.cost_usd(model, usage, searches=MOST_SEARCHES if is_search else 0)
        return cost if cost is None else cost.quantize(MICRO_DOLLAR, rounding=ROUND_CEILING)

    def knows(self, model: str) -> bool:
        """Whether a price of the model is known."""
        return self.cost_usd(model, Usage()) is not None

    def lower(self, model: str) -> tuple[Price, Price] | None:
        """The doubted price of a model and that of the list; None if the list's is no higher."""
        own = self._prices.get(model)
        if own is None or model not in self._doubted or self._is_free:
            return None
        of_input = _listed_usd(model, self._base_url, Usage(input_tokens=MILLION), 0)
        of_output = _listed_usd(model, self._base_url, Usage(output_tokens=MILLION), 0)
        if of_input is None or of_output is None:
            return None
        listed = Price(input=float(of_input), output=float(of_output))
        is_lower = own.input < listed.input or own.output < listed.output
        return (own, listed) if is_lower else None

    def _of_tokens(self, price: Price, usage: Usage) -> Decimal:
        # From their text: 0.1 means one tenth, not the nearest binary fraction.
        input_usd = Decimal(str(price.input)) * usage.input_tokens
        output_usd = Decimal(str(price.output)) * usage.output_tokens
        return (input_usd + output_usd) / MILLION

    def _of_searches(self, model: str, searches: int) -> Decimal:
        """The list's price of searches, for a model whose token price the user has set."""
        if not searches or self._is_free:
            return Decimal(0)
        return _listed_usd(model, self._base_url, Usage(), searches) or Decimal(0)


def _listed_usd(model: str, base_url: str | None, usage: Usage, searches: int) -> Decimal | None:
    """The cost by the list; None when it does not know the model, or not both of its prices."""
    # The package takes a third of a second to import: only a run that needs it pays for that.
    from genai_prices import Usage as Counted
    from genai_prices import calc_price

    counted = Counted(
        input_tokens=usage.input_tokens,
        output_tokens=usage.output_tokens,
        web_searches=searches or None,
    )
    try:
        if base_url is not None and _is_listed(base_url):
            found = calc_price(counted, model, provider_api_url=base_url)
        else:
            found = calc_price(counted, model, provider_id="openai")
    except LookupError:
        return None
    return found.total_price if _is_of_text(found.model_price) else None


@cache
def _is_listed(base_url: str) -> bool:
    """Whether the list knows the provider of the address."""
    from genai_prices.data_snapshot import get_snapshot

    try:
        get_snapshot().find_provider(None, None, base_url)
    except LookupError:
        return False
    return True


def _is_of_text(price: ModelPrice) -> bool:
    """Whether text tokens have a price; those of an audio model may not."""
    return price.input_mtok is not None and price.output_mtok is not None
