"""Prices: the user's own, else those of the list; bounds that no cost passes."""

from __future__ import annotations

import subprocess
import sys
from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from factbook.config.project_config import Price
from factbook.llm.chat import Usage
from factbook.llm.contexts import context_tokens_of
from factbook.llm.prices import MOST_SEARCHES, Prices

MILLION = Usage(input_tokens=1_000_000, output_tokens=1_000_000)
OWN = Prices({"our-model": Price(input=0.1, output=0.2), "gpt-5": Price(input=1, output=3)})


def test_own_prices_come_first() -> None:
    """Per million tokens, exact: a tenth of a dollar and two tenths are three."""
    assert OWN.cost_usd("our-model", MILLION) == Decimal("0.3")
    assert OWN.cost_usd("gpt-5", MILLION) == Decimal(4)


def test_doubted_price_counts_where_it_is_the_higher_one() -> None:
    """Of a model that the list does not know it is the only one; local calls have their own."""
    low, high = Price(input=0, output=0), Price(input=500, output=500)
    listed = Prices({}).cost_usd("gpt-5", MILLION)
    names = ("gpt-5", "gpt-5-mini", "m")
    doubted = Prices(dict(zip(names, (low, high, low), strict=True)), doubted=names)
    assert doubted.cost_usd("gpt-5", MILLION) == listed
    assert doubted.bound_usd("gpt-5", 10**6, 10**6) == Prices({}).bound_usd("gpt-5", 10**6, 10**6)
    assert doubted.cost_usd("gpt-5-mini", MILLION) == 1000
    assert doubted.cost_usd("m", MILLION) == 0
    assert doubted.lower("gpt-5") is not None
    assert doubted.lower("gpt-5-mini") is doubted.lower("m") is doubted.lower("other") is None
    local = Prices({"gpt-5": low}, doubted={"gpt-5"}, provider="local")
    assert local.cost_usd("gpt-5", MILLION) == 0
    assert local.lower("gpt-5") is None


def test_listed_prices_stand_for_the_others() -> None:
    """Input and output have their own; a dated name is the same model."""
    listed = Prices({})
    both = listed.cost_usd("gpt-5-mini", MILLION)
    of_input = listed.cost_usd("gpt-5-mini", Usage(input_tokens=1_000_000))
    of_output = listed.cost_usd("gpt-5-mini", Usage(output_tokens=1_000_000))
    assert both is not None
    assert of_input is not None
    assert of_output is not None
    assert 0 < of_input < of_output
    assert both == of_input + of_output
    assert listed.cost_usd("gpt-5-mini-2025-08-07", MILLION) == both


@pytest.mark.parametrize("model", ["nobody-knows-this", "", "whisper-1", "mistral-large-latest"])
def test_price_that_is_not_known_is_none(model: str) -> None:
    """Also of a model that has no price for text, or that another provider offers."""
    assert Prices({}).cost_usd(model, MILLION) is None
    assert Prices({}).bound_usd(model, 1000, 1000) is None


def test_prices_are_those_of_the_provider_at_the_address() -> None:
    """Where the list knows it; an address that it does not know serves models like OpenAI's."""
    mistral = Prices({}, base_url="https://api.mistral.ai/v1")
    assert mistral.cost_usd("mistral-large-latest", MILLION)
    assert mistral.cost_usd("gpt-5", MILLION) is None
    loopback = Prices({}, base_url="http://127.0.0.1:8000/v1")
    assert loopback.cost_usd("gpt-5", MILLION) == Prices({}).cost_usd("gpt-5", MILLION)


@pytest.mark.parametrize("provider", ["local", "offline"])
def test_calls_that_stay_on_the_machine_are_free(provider: str) -> None:
    """Whatever the model is called, unless its user says what it costs."""
    assert Prices({}, provider=provider).cost_usd("gpt-5", MILLION) == 0
    assert Prices({}, provider=provider).bound_usd("SmolLM2", 1000, 1000, is_search=True) == 0
    own = Prices({"SmolLM2": Price(input=1, output=1)}, provider=provider)
    assert own.cost_usd("SmolLM2", MILLION, searches=3) == 2


def test_search_has_a_price_of_its_own() -> None:
    """That of the list, also beside prices of the user's own; free where it is not known."""
    listed = Prices({})
    without = listed.cost_usd("gpt-5", MILLION)
    two = listed.cost_usd("gpt-5", MILLION, searches=2)
    assert without is not None
    assert two is not None
    assert two - without == Decimal("0.02")  # ten dollars a thousand
    assert OWN.cost_usd("gpt-5", MILLION, searches=2) == Decimal("4.02")
    assert OWN.cost_usd("our-model", MILLION, searches=2) == Decimal("0.3")


def test_bound_has_room_for_several_searches() -> None:
    """The model decides how many it makes, and reads as much as it takes before each answer."""
    pages = (MOST_SEARCHES + 1) * context_tokens_of("gpt-5")
    without = Prices({}).bound_usd("gpt-5", 1000 + pages, 1000)
    with_searches = Prices({}).bound_usd("gpt-5", 1000, 1000, is_search=True)
    assert without is not None
    assert with_searches == without + MOST_SEARCHES * Decimal("0.01")


def test_bound_is_rounded_up_to_a_millionth() -> None:
    """0.0000001 is not 0."""
    assert OWN.bound_usd("our-model", 1, 0) == Decimal("0.000001")
    assert OWN.bound_usd("our-model", 10, 0) == Decimal("0.000001")
    assert OWN.bound_usd("our-model", 11, 0) == Decimal("0.000002")


@settings(deadline=None)
@given(
    model=st.sampled_from(["our-model", "gpt-5", "gpt-5-mini", "gpt-5.5-pro", "gpt-4.1"]),
    most=st.tuples(st.integers(0, 500_000), st.integers(0, 200_000)),
    part=st.tuples(st.floats(0, 1), st.floats(0, 1)),
    searches=st.integers(0, MOST_SEARCHES),
)
def test_cost_never_passes_its_bound(
    model: str, most: tuple[int, int], part: tuple[float, float], searches: int
) -> None:
    """Also where a long prompt makes every token dearer."""
    used = Usage(input_tokens=int(most[0] * part[0]), output_tokens=int(most[1] * part[1]))
    cost = OWN.cost_usd(model, used, searches=searches)
    bound = OWN.bound_usd(model, *most, is_search=True)
    assert cost is not None
    assert bound is not None
    assert cost <= bound


@pytest.mark.parametrize(
    ("work", "is_imported"),
    [
        ("pass", False),
        ("Prices({'m': Price(input=1, output=1)}).cost_usd('m', Usage(input_tokens=1))", False),
        ("Prices({}, provider='local').cost_usd('m', Usage(input_tokens=1))", False),
        ("Prices({}).cost_usd('gpt-5', Usage(input_tokens=1))", True),
    ],
)
def test_list_is_imported_only_when_it_is_needed(work: str, is_imported: bool) -> None:
    """It takes a third of a second; and even then nothing is fetched."""
    code = (
        "import sys, socket\n"
        "def closed(*_, **__): raise SystemExit('the network was used')\n"
        "socket.socket.connect = socket.getaddrinfo = closed\n"
        "from factbook.config.project_config import Price\n"
        "from factbook.llm.chat import Usage\n"
        "from factbook.llm.prices import Prices\n"
        f"{work}\n"
        "print('genai_prices' in sys.modules)\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, timeout=400, check=False
    )
    assert (done.stdout.strip(), done.stderr) == (str(is_imported), "")
