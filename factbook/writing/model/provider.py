"""The configured provider: what keeps it from being asked, and the writer that asks it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from pydantic import SecretStr

from factbook.config.project_config import (
    PROJECT_FILE,
    ProjectConfig,
)
from factbook.config.settings import Settings
from factbook.errors import ConfigError, Finding, StoppedError
from factbook.llm.chat import Calls
from factbook.llm.local_server import gguf_path
from factbook.llm.openai_model import OpenAIModel
from factbook.llm.prices import Prices
from factbook.writing.model.options import REASONING_TOKENS, PassOptions, Roles
from factbook.writing.model.requests import ROOM_TOKENS
from factbook.writing.model.writer import ModelWriter

OPENAI_HOST = "api.openai.com"
NO_KEY = "none"
"""Sent to servers that ask for no key."""

REASONING_PARAMETER = "max_completion_tokens"
"""Servers that bound completions by it count a model's reasoning as completion."""

LEAST_PROMPT_TOKENS = 1_900
"""Tokens of the rules that every draft's prompt holds, each byte one; its evidence is on top."""

LOCAL_PARALLEL = 2
"""Requests that a local model works on at once; others wait here, where no deadline runs."""

LOCAL_CONTEXT_TOKENS = 8192
SHIPPED_CONTEXT_TOKENS = 2048
"""Tokens that each request to a local model may have; the shipped one is very small, and reads
the evidence of a section at some 170 tokens a second on one core."""


@dataclass(frozen=True)
class Provider:
    """A provider of models as a project configures it; asks nothing by itself.

    Attributes:
        config: The configuration.
        settings: Key and endpoint.
        folder: The project folder, which a GGUF file's path is relative to.
    """

    config: ProjectConfig
    settings: Settings
    folder: Path

    @property
    def name(self) -> str:
        """``openai`` or ``local``."""
        return self.config.provider_in_use

    @property
    def key_name(self) -> str:
        """What stands for it in keys: the answers of one server are not those of another."""
        parts = urlsplit(self.settings.openai_base_url or "")
        if self.name == "local" or parts.hostname in (None, OPENAI_HOST):
            return self.name
        host = parts.netloc.rpartition("@")[2]
        return f"{self.name} at {parts.scheme}://{host}{parts.path.rstrip('/')}"

    @property
    def roles(self) -> Roles:
        """Which model does what; a local file does everything."""
        if self.name == "local":
            model = self.gguf.stem
            return Roles(base=model, writer=model, sota=model, search=model)
        config = self.config
        return Roles(
            base=config.base_model,
            writer=config.writer_model,
            sota=config.sota_model,
            search=config.search_model,
        )

    @property
    def gguf(self) -> Path:
        """The file of the local model.

        Raises:
            ConfigError: It is missing, or cannot be served.
        """
        return gguf_path(self.config.local.gguf, self.folder)

    @property
    def local_context_tokens(self) -> int:
        """Tokens that a request to the local model may have."""
        usual = LOCAL_CONTEXT_TOKENS if self.config.local.gguf else SHIPPED_CONTEXT_TOKENS
        return self.config.openai.context_tokens or usual

    @property
    def prices(self) -> Prices:
        """What tokens cost."""
        url = self.settings.openai_base_url or None
        doubted = self.config.doubted_prices
        return Prices(self.config.prices, provider=self.name, base_url=url, doubted=doubted)

    @property
    def options(self) -> PassOptions:
        """Passes, and the bounds of their prompts."""
        config, is_local = self.config, self.name == "local"
        reasons = not is_local and config.openai.token_parameter == REASONING_PARAMETER
        return PassOptions(
            add_search=not config.skip_internet_search and not is_local,
            add_summary=config.add_summary,
            add_feedback=config.add_feedback,
            add_final_polish=config.add_final_polish,
            draft_report_conclusion=config.draft_report_conclusion,
            max_repairs=config.limits.max_repairs,
            max_facts=config.limits.max_facts,
            context_tokens=self.local_context_tokens if is_local else config.openai.context_tokens,
            reasoning_tokens=REASONING_TOKENS if reasons else 0,
            json_articles=not is_local,  # a very small model does not end its strings
            least_of_headline=config.findings.headline,
            temperature=config.openai.temperature,
            reasoning_effort=config.openai.reasoning_effort,
        )

    def writer(self, calls: Calls) -> ModelWriter:
        """The writer that makes these calls."""
        return ModelWriter(calls, self.roles, self.options, provider=self.key_name)

    def findings(self) -> list[Finding]:
        """What keeps it from being asked."""
        if self.name == "local":
            try:
                gguf_path(self.config.local.gguf, self.folder)
            except ConfigError as error:
                return list(error.findings)
            return []
        return [
            *self._endpoint_findings(),
            *self._price_findings(),
            *self._budget_findings(),
            *self._lower_prices(),
        ]

    def _endpoint_findings(self) -> list[Finding]:
        found = _endpoint_findings(self.settings)
        if not found:
            try:
                self.model(self.settings.openai_base_url or None, self.settings.openai_api_key)
            except StoppedError as error:
                found.append(
                    Finding(
                        severity="error",
                        code="config.endpoint",
                        message=str(error).rstrip("."),
                        file="environment",
                    )
                )
        return found

    def model(self, base_url: str | None, key: SecretStr | None, **others: Any) -> OpenAIModel:
        """The client of a server; nothing is asked yet.

        Args:
            base_url: Its address; None for OpenAI's own.
            key: The key; None for a server that asks for none.
            others: Further arguments of `OpenAIModel`.

        Raises:
            StoppedError: Key or address can be sent to no server.
        """
        is_local = self.name == "local"
        return OpenAIModel(
            provider=self.key_name,
            api_key=key if _is_key(key) and key is not None else SecretStr(NO_KEY),
            base_url=base_url,
            token_parameter="max_tokens" if is_local else self.config.openai.token_parameter,
            max_connections=self.config.limits.max_in_flight,
            **others,
        )

    def _budget_findings(self) -> list[Finding]:
        """A budget that has no room for a single call."""
        budget_usd = self.config.limits.budget_usd
        least_tokens = self.options.reasoning_tokens + ROOM_TOKENS
        bound = self.prices.bound_usd(self.roles.writer, LEAST_PROMPT_TOKENS, least_tokens)
        if budget_usd is None or bound is None or bound <= Decimal(str(budget_usd)):
            return []
        return [
            Finding(
                severity="error",
                code="config.budget",
                message=f"limits.budget_usd is {budget_usd:g}, and a single call to "
                f"'{self.roles.writer}' may cost {bound:.4f} USD",
                file=PROJECT_FILE,
                remedy="Raise it (`factbook check` without it forecasts the whole cost), take a "
                'cheaper writer_model, or write with provider = "offline"',
            )
        ]

    def _lower_prices(self) -> Iterator[Finding]:
        """Prices that the project alone states, below those of the list."""
        roles = self.roles
        for model in dict.fromkeys((roles.writer, roles.base, roles.sota, roles.search)):
            if found := self.prices.lower(model):
                own, listed = found
                yield Finding(
                    severity="warning",
                    code="config.lower-price",
                    message=f"[prices] has {own.input:g} and {own.output:g} USD for a million "
                    f"tokens of '{model}', and the price list {listed.input:g} and "
                    f"{listed.output:g}: the higher cost of each call counts",
                    file=PROJECT_FILE,
                    remedy="Remove it; or, if that is what you pay, set FACTBOOK_PRICES in the "
                    f'environment to \'"{model}" = {{input = {own.input:g}, output = '
                    f"{own.output:g}}}'",
                )

    def _price_findings(self) -> list[Finding]:
        """A budget can be kept only where every model that is asked has a price."""
        if self.config.limits.budget_usd is None:
            return []
        roles, options, prices = self.roles, self.options, self.prices
        asked = [roles.writer]
        asked += [roles.base] if options.add_summary else []
        asked += [roles.sota] if options.add_feedback else []
        asked += [roles.search] if options.add_search else []
        unknown = [model for model in dict.fromkeys(asked) if not prices.knows(model)]
        return [
            Finding(
                severity="error",
                code="config.no-price",
                message=f"limits.budget_usd is {self.config.limits.budget_usd:g}, and the price "
                f"of the model '{model}' is not known",
                file=PROJECT_FILE,
                remedy=f'Add to [prices]: "{model}" = {{ input = …, output = … }}, in USD per '
                "million tokens (0 for a server of your own); or remove the budget",
            )
            for model in unknown
        ]


def _is_key(key: SecretStr | None) -> bool:
    return key is not None and bool(key.get_secret_value().strip())


def _endpoint_findings(settings: Settings) -> list[Finding]:
    url = settings.openai_base_url or ""
    try:
        parts = urlsplit(url)
        is_address = parts.scheme in ("http", "https") and parts.hostname and parts.port != 0
    except ValueError:  # half an IPv6 address, or a port that is no number
        parts, is_address = urlsplit(""), False
    if url and not is_address:
        return [
            Finding(
                severity="error",
                code="config.endpoint",
                message="OPENAI_BASE_URL is not the address of a server",
                file="environment",
                allowed="http://… or https://…, with the path that the server documents",
                remedy="Write for example http://127.0.0.1:8000/v1",
            )
        ]
    if not _is_key(settings.openai_api_key) and parts.hostname in (None, OPENAI_HOST):
        return [
            Finding(
                severity="error",
                code="config.no-key",
                message="provider is 'openai', and OPENAI_API_KEY is not set",
                file="environment",
                remedy="Set OPENAI_API_KEY; or OPENAI_BASE_URL for a server of your own that asks "
                'for no key; or write with provider = "offline"',
            )
        ]
    return []
