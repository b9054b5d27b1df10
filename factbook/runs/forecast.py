"""The forecast: what a run would ask of models, what it would cost, how long it would take."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

import orjson
from pydantic import BaseModel, ConfigDict

from factbook.config.project_config import Limits
from factbook.llm.chat import Answered, ChatAnswer, ChatRequest, Pass, Source, Usage
from factbook.llm.prices import Prices
from factbook.llm.store import CallStore
from factbook.llm.tokens import tokens_of
from factbook.writing.model.requests import ROOM_TOKENS, TOKENS_A_WORD
from factbook.writing.model.sense import answer_schema as verdict_schema

SECONDS_BEFORE_FIRST_TOKEN = 1.5
TOKENS_PER_SECOND = 60.0
"""Pace of one completion: what hosted models of the time give, between 30 and 150."""

_FEWEST: dict[Pass, float] = {"sense_check": 0.02, "summary": 0.1}
_USUALLY_FEWEST = 0.2
"""Fewest tokens of a completion, as a part of its room without reasoning: a short text."""

_FACT = re.compile(r"^(F[1-9][0-9]*),", re.MULTILINE)
FINAL_EDIT: Pass = "polish"
_MOST_FACTS = 12
_EDITED_TEXT = re.compile(r"<text>\n(.*?)\n</text>", re.DOTALL)
_WORDS_OF_A_SENTENCE = 9


class PassForecast(BaseModel):
    """Calls of one pass to one model.

    Attributes:
        pass_: The pass.
        model: The model.
        calls: Calls that would be made.
        stored: Calls whose answer the store holds.
        input_tokens: Tokens of the prompts of the calls to be made, estimated.
        output_tokens: Fewest and most tokens of their completions.
        cost_usd: Least and most that they cost; None when the model has no known price.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    pass_: Pass
    model: str
    calls: int
    stored: int
    input_tokens: int
    output_tokens: tuple[int, int]
    cost_usd: tuple[float, float] | None


class Forecast(BaseModel):
    """What a run would ask of models.

    Attributes:
        sections: Sections that would be written.
        unchanged: Sections that stand as they are and would make no call.
        passes: By pass and model.
        seconds: Bound → seconds it takes by itself: ``latency``, ``requests``, ``tokens``.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    sections: int = 0
    unchanged: int = 0
    passes: tuple[PassForecast, ...] = ()
    seconds: dict[str, float] = {}

    @property
    def calls(self) -> int:
        """Calls that would be made."""
        return sum(one.calls for one in self.passes)

    @property
    def stored(self) -> int:
        """Calls whose answer the store holds."""
        return sum(one.stored for one in self.passes)

    @property
    def total_seconds(self) -> float:
        """How long the calls would take: the largest of the bounds."""
        return max(self.seconds.values(), default=0.0)

    @property
    def cost_usd(self) -> tuple[float, float] | None:
        """Least and most that the calls cost; None when the price of one is not known."""
        costs = [one.cost_usd for one in self.passes if one.calls]
        if any(cost is None for cost in costs):
            return None
        known = [cost for cost in costs if cost is not None]
        return sum(low for low, _ in known), sum(high for _, high in known)

    @property
    def unpriced(self) -> tuple[str, ...]:
        """Models without a known price."""
        return tuple(dict.fromkeys(p.model for p in self.passes if p.calls and p.cost_usd is None))

    def as_json(self) -> dict[str, Any]:
        """For machines, totals included."""
        body = self.model_dump(mode="json")
        for one in body["passes"]:
            one["pass"] = one.pop("pass_")
        return {
            **body,
            "calls": self.calls,
            "stored": self.stored,
            "cost_usd": self.cost_usd,
            "unpriced_models": list(self.unpriced),
            "total_seconds": self.total_seconds,
        }


@dataclass(frozen=True)
class Spent:
    """Calls counted so far, and what they cost.

    Attributes:
        calls: Calls that would be made.
        least_usd: Least that they cost, as far as prices are known.
        most_usd: Most that they cost.
        unpriced: How many of them have no known price.
    """

    calls: int
    least_usd: Decimal
    most_usd: Decimal
    unpriced: int

    def __sub__(self, earlier: Spent) -> Spent:
        """What came after an earlier count."""
        return Spent(
            self.calls - earlier.calls,
            self.least_usd - earlier.least_usd,
            self.most_usd - earlier.most_usd,
            self.unpriced - earlier.unpriced,
        )

    @property
    def cost_usd(self) -> tuple[float, float] | None:
        """Least and most; None when the price of one is not known."""
        return None if self.unpriced else (float(self.least_usd), float(self.most_usd))


@dataclass
class _Row:
    """Sums over the calls of one pass to one model."""

    calls: int = 0
    stored: int = 0
    input_tokens: int = 0
    fewest_output: int = 0
    most_output: int = 0
    cost: list[Decimal] = field(default_factory=lambda: [Decimal(0), Decimal(0)])
    unpriced: int = 0


class ForecastCalls:
    """Implements `Calls`: looks into the store, pays for nothing, and counts.

    Used by one thread.

    Args:
        store: Answers that were paid for.
        provider: Name of the provider, as it enters the keys.
        prices: What tokens cost.
        reasoning_tokens: Room that each completion has beside its text.
    """

    def __init__(
        self, store: CallStore, provider: str, prices: Prices, reasoning_tokens: int
    ) -> None:
        self._store = store
        self._provider = provider
        self._prices = prices
        self._reasoning_tokens = reasoning_tokens
        self._rows: dict[tuple[Pass, str], _Row] = {}
        self._seen: set[str] = set()

    def call(self, section_id: str, pass_: Pass, request: ChatRequest) -> Answered:
        """The stored answer; without one, a text as long as is asked, so that later passes count.

        A request that another section has made as well is one call.
        """
        row = self._rows.setdefault((pass_, request.model), _Row())
        key = request.key(self._provider)
        answer = self._store.get(key)
        if key not in self._seen:
            self._seen.add(key)
            if answer is None:
                self._count(row, pass_, request)
            else:
                row.stored += 1
        if answer is None:
            answer = self._stand_in(section_id, pass_, request)
        return Answered(answer=answer, was_cached=True)

    def _count(self, row: _Row, pass_: Pass, request: ChatRequest) -> None:
        tokens = tokens_of(request)
        room = request.max_tokens - self._reasoning_tokens
        fewest = max(round(room * _FEWEST.get(pass_, _USUALLY_FEWEST)), 1)
        row.calls += 1
        row.input_tokens += tokens
        row.fewest_output += fewest
        row.most_output += request.max_tokens
        usage = Usage(input_tokens=tokens, output_tokens=fewest)
        searches = int(request.is_search)
        low = self._prices.cost_usd(request.model, usage, searches=searches)
        high = self._prices.bound_usd(
            request.model, tokens, request.max_tokens, is_search=request.is_search
        )
        row.unpriced += low is None or high is None
        row.cost[0] += low or Decimal(0)
        row.cost[1] += high or Decimal(0)

    def _asked_words(self, request: ChatRequest) -> int:
        """Words of a text of the length that is asked for."""
        room = request.max_tokens - self._reasoning_tokens - ROOM_TOKENS
        return max(room // TOKENS_A_WORD, 30)

    def _stand_in(self, section_id: str, pass_: Pass, request: ChatRequest) -> ChatAnswer:
        """An answer as a model would give it, by length, and by the facts that it refers to."""
        if request.answer_schema == verdict_schema():
            return ChatAnswer(text=orjson.dumps({"verdict": "ok", "issues": []}).decode())
        text = "\n".join(message.content for message in request.messages)
        if pass_ == FINAL_EDIT and (edited := _edited(text)):
            return ChatAnswer(text=edited)
        facts = _FACT.findall(text)[:_MOST_FACTS]
        sentences: list[str] = []
        for number in range(self._asked_words(request) // _WORDS_OF_A_SENTENCE + 1):
            fact = f" {{{facts[number]}}}" if number < len(facts) else ""
            sentences.append(f"Sentence {number} of {pass_} for {section_id} is to say{fact}.")
        sources = [Source(title=f"Source {n}", url=f"https://example.org/{n}") for n in (1, 2, 3)]
        return ChatAnswer(
            text=" ".join(sentences), sources=tuple(sources) if request.is_search else ()
        )

    def spent(self) -> Spent:
        """What was counted so far, of all passes and models."""
        rows = self._rows.values()
        return Spent(
            calls=sum(row.calls for row in rows),
            least_usd=sum((row.cost[0] for row in rows), Decimal(0)),
            most_usd=sum((row.cost[1] for row in rows), Decimal(0)),
            unpriced=sum(row.unpriced for row in rows),
        )

    def passes(self) -> Iterable[PassForecast]:
        """What was counted, by pass and model."""
        for (pass_, model), row in self._rows.items():
            low, high = (float(cost) for cost in row.cost)
            yield PassForecast(
                pass_=pass_,
                model=model,
                calls=row.calls,
                stored=row.stored,
                input_tokens=row.input_tokens,
                output_tokens=(row.fewest_output, row.most_output),
                cost_usd=(low, high) if not row.unpriced else None,
            )


def _edited(prompt: str) -> str:
    """The text that a final edit is about, as it stands but for its end.

    It has all of its figures, so that it is taken, and it is another text, so that what follows on
    from it is written again.
    """
    texts = _EDITED_TEXT.findall(prompt)
    if not texts:
        return ""
    text = str(texts[-1]).rstrip(".!")
    return f"{text}." if texts[-1].endswith("!") else f"{text}!"


def seconds_by_bound(passes: Iterable[PassForecast], limits: Limits) -> dict[str, float]:
    """How long calls take by each bound alone: how fast models answer, requests, tokens.

    A completion of n tokens takes `SECONDS_BEFORE_FIRST_TOKEN` + n / `TOKENS_PER_SECOND`; n is the
    middle between fewest and most. As many calls run side by side as the limits allow.
    """
    calls = tokens = 0
    seconds = 0.0
    for one in passes:
        middle = sum(one.output_tokens) / 2
        calls += one.calls
        tokens += one.input_tokens + round(middle)
        seconds += one.calls * SECONDS_BEFORE_FIRST_TOKEN + middle / TOKENS_PER_SECOND
    side_by_side = min(limits.max_in_flight, limits.max_workers)
    return {
        "latency": round(seconds / side_by_side, 1),
        "requests": round(60 * calls / limits.requests_per_minute, 1),
        "tokens": round(60 * tokens / limits.tokens_per_minute, 1),
    }
