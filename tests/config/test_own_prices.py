"""Prices that only a project states, and prices that somebody has agreed to."""

from __future__ import annotations

from pathlib import Path

import pytest

from factbook.config.load import load_config
from factbook.config.project_config import Price, ProjectConfig
from factbook.config.settings import Settings
from factbook.errors import ConfigError
from factbook.writing.model.provider import Provider

FREE = "{ input = 0, output = 0 }"
AGREED = '"gpt-5" = {input = 1, output = 2}, "gpt-4.1" = {input = 3, output = 4}'


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """A project that states two prices."""
    prices = f'[prices]\n"gpt-5" = {FREE}\n"of-nobody" = {FREE}\n'
    (tmp_path / "project.toml").write_text(f'provider = "openai"\n{prices}', encoding="utf-8")
    return tmp_path


def test_price_of_the_project_alone_is_doubted(project: Path) -> None:
    """Nobody who runs it has agreed to it; a program hands in prices of its own."""
    config = load_config(project)
    assert config.doubted_prices == {"gpt-5", "of-nobody"}
    assert config.model_copy(update={"runner": "dask"}).doubted_prices == config.doubted_prices
    assert load_config(project, is_trusted=True).doubted_prices == set()
    assert ProjectConfig(prices={"gpt-5": Price(input=0, output=0)}).doubted_prices == set()


@pytest.mark.parametrize(
    ("settings", "doubted"),
    [
        ((f"prices.gpt-5={FREE}",), {"of-nobody"}),
        (("prices.gpt-5.input=1", "prices.gpt-5.output=2"), {"of-nobody"}),
        (("prices.gpt-5.input=1",), {"gpt-5", "of-nobody"}),
        (("prices.another={input=1, output=1}",), {"gpt-5", "of-nobody"}),
    ],
)
def test_price_that_was_typed_is_believed(
    project: Path, settings: tuple[str, ...], doubted: set[str]
) -> None:
    """As a whole: half of one leaves the other half to the project. A form's prices are not."""
    assert load_config(project, settings, may_raise_limits=True).doubted_prices == doubted
    of_a_form = load_config(project, settings)
    assert of_a_form.doubted_prices == set(of_a_form.prices)


def test_price_of_the_environment_replaces_that_of_the_project(
    project: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It is written as in project.toml; what was typed replaces it."""
    monkeypatch.setenv("FACTBOOK_PRICES", AGREED)
    config = load_config(project)
    assert config.prices["gpt-5"] == Price(input=1, output=2)
    assert config.prices["gpt-4.1"] == Price(input=3, output=4)
    assert config.doubted_prices == {"of-nobody"}
    typed = load_config(project, ["prices.gpt-5.input=7"])
    assert typed.prices["gpt-5"] == Price(input=7, output=2)


@pytest.mark.parametrize("text", ["gpt-5=1", '"m" = {input = -1, output = 1}', "}", "x", "a = ["])
def test_prices_of_the_environment_in_another_form_are_a_finding(
    project: Path, monkeypatch: pytest.MonkeyPatch, text: str
) -> None:
    """With the form that they should have."""
    monkeypatch.setenv("FACTBOOK_PRICES", text)
    with pytest.raises(ConfigError) as raised:
        load_config(project)
    [finding] = raised.value.findings
    assert (finding.code, finding.file) == ("config.environment-prices", "FACTBOOK_PRICES")


def test_lower_price_than_that_of_the_list_is_a_warning(project: Path) -> None:
    """It says what counts, and how to agree to it."""
    settings = Settings(openai_api_key="a key")
    found = Provider(load_config(project), settings, project).findings()
    [finding] = [one for one in found if one.code == "config.lower-price"]
    assert finding.severity == "warning"
    assert finding.message.startswith("[prices] has 0 and 0 USD for a million tokens of 'gpt-5'")
    assert "FACTBOOK_PRICES" in finding.remedy
    typed = load_config(project, [f"prices.gpt-5={FREE}"], may_raise_limits=True)
    agreed = Provider(typed, settings, project).findings()
    assert "config.lower-price" not in {one.code for one in agreed}


def test_project_does_not_cancel_a_budget(project: Path) -> None:
    """Its calls reserve and cost what the list says."""
    config = load_config(project, ["limits.budget_usd=1"])
    prices = Provider(config, Settings(openai_api_key="a key"), project).prices
    bound = prices.bound_usd("gpt-5", 1_000_000, 1_000_000)
    assert bound is not None
    assert bound > 1
