"""The model server as an ASGI application."""

from __future__ import annotations

import asyncio
import math
from collections.abc import Mapping
from typing import Any, get_args

import orjson
from pydantic import ValidationError
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Mount, Route
from starlette.types import Receive, Scope, Send

from model_server import answers, shapes
from model_server.answers import answer, error_body
from model_server.ledger import Hit, Ledger
from model_server.limits import Limits
from model_server.question import CHAT, RESPONSES, MalformedError, Question, read_question
from model_server.scenario import CallId, ErrorFault, Fault, Play, Scenario
from model_server.wire import WIRE, Reply, transport_of

ERROR_FAULTS = frozenset(get_args(ErrorFault))


class Provider:
    """What stands under ``/v1``: the provider's side, every hit of which is in the ledger."""

    def __init__(self, scenario: Scenario) -> None:
        self.ledger = Ledger()
        self.play(scenario)

    def play(self, scenario: Scenario) -> None:
        """Play a scenario from its beginning: its clock, the counts of its faults, its limits."""
        self.scenario = scenario
        self._play = Play(scenario)
        self._limits = Limits(scenario)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer a request."""
        request = Request(scope, receive)
        ledger = self.ledger
        call_id = request.headers.get("x-client-request-id", "")
        hit = ledger.begin(call_id, f"{request.method} {request.url.path}")
        try:
            reply = await self._reply(request, hit)
            hit.status = reply.status_code
            hit.has_client_left = transport_of(scope).is_closing()
            await reply(scope, receive, send)
        finally:
            ledger.end(hit)

    async def _reply(self, request: Request, hit: Hit) -> Reply:
        call = CallId.parse(hit.call_id)
        if fault := self._play.fault_unread(call):
            return await self._broken(fault, hit, b"")
        key = request.headers.get("authorization", "").removeprefix("Bearer ").strip()
        hit.is_key_right = bool(key) and self.scenario.key in (None, key)
        if not hit.is_key_right:
            body = answers.wrong_key(key if self.scenario.echo_key else "")
            return self._json(401, body, hit)
        if hit.path == "GET /v1/models":
            return self._json(200, shapes.models(self.scenario.models), hit)
        path = request.url.path
        if request.method != "POST" or path not in (CHAT, RESPONSES):
            unknown = shapes.error(f"Unknown: {hit.path}", "invalid_request_error", None)
            return self._json(404, unknown, hit)
        try:
            question = read_question(path, await request.body())
        except MalformedError as error:
            body = shapes.error(str(error), "invalid_request_error", None)
            return self._json(400, body, hit)
        return await self._answer(question, call, hit)

    async def _answer(self, question: Question, call: CallId, hit: Hit) -> Reply:
        hit.model = question.model
        hit.body_sha256 = question.sha256
        hit.max_tokens = question.max_tokens
        hit.prompt_tokens = question.prompt_tokens
        scenario = self.scenario
        if scenario.models and question.model not in scenario.models:
            return self._json(404, answers.unknown_model(question.model), hit)
        if refused := sorted(question.fields.intersection(scenario.refused_parameters)):
            return self._json(400, _refused(refused[0]), hit)
        needed = question.prompt_tokens + (question.max_tokens or 0)
        if scenario.context_tokens is not None and needed > scenario.context_tokens:
            return self._json(400, answers.too_long(question, scenario.context_tokens), hit)
        good = answer(question, call.pass_)
        exceeded = self._limits.exceeded(question.prompt_tokens + good.completion_tokens)
        if exceeded:
            return self._too_many(*exceeded, hit)
        fault = self._play.fault(call, question.model, question.form)
        if fault and fault.kind in ERROR_FAULTS:
            self._limits.use(question.prompt_tokens)
            return await self._failed(fault, question, hit)
        if fault and fault.kind not in WIRE:
            good = answer(question, call.pass_, fault.kind)
        hit.completion_tokens = good.completion_tokens
        self._limits.use(question.prompt_tokens + good.completion_tokens)
        if fault and fault.kind in WIRE:
            return await self._broken(fault, hit, good.content)
        if fault:
            hit.fault = fault.kind
            await asyncio.sleep(fault.delay_seconds)
        await asyncio.sleep(scenario.latency_seconds)
        return self._response(200, good.content, hit, media_type=good.media_type)

    async def _broken(self, fault: Fault, hit: Hit, content: bytes) -> Reply:
        hit.fault = fault.kind
        await asyncio.sleep(fault.delay_seconds)
        return WIRE[fault.kind](fault, content)

    async def _failed(self, fault: Fault, question: Question, hit: Hit) -> Reply:
        hit.fault = fault.kind
        await asyncio.sleep(fault.delay_seconds)
        status, body = error_body(fault.kind, question, fault.status)
        wait = fault.retry_after
        return self._json(status, body, hit, {} if wait is None else {"Retry-After": _plain(wait)})

    def _too_many(self, name: str, wait_seconds: float, hit: Hit) -> Reply:
        hit.fault = "limit"
        body = shapes.error(
            f"Rate limit reached on {name}. Please try again in {wait_seconds:.3f}s.",
            name,
            "rate_limit_exceeded",
        )
        headers = {"Retry-After": str(math.ceil(wait_seconds)), **self._limits.headers()}
        return self._json(429, body, hit, headers)

    def _json(
        self, status: int, body: Any, hit: Hit, headers: Mapping[str, str] | None = None
    ) -> Reply:
        return self._response(status, orjson.dumps(body), hit, headers)

    def _response(
        self,
        status: int,
        content: bytes,
        hit: Hit,
        headers: Mapping[str, str] | None = None,
        media_type: str = "application/json",
    ) -> Reply:
        of_limits = self._limits.headers() if self.scenario.headers else {}
        both = {"x-request-id": f"req_{hit.number:08d}", **of_limits, **(headers or {})}
        return Response(content, status, both, media_type)


def make_app(scenario: Scenario) -> Starlette:
    """The application: the provider under ``/v1``, and beside it ``/scenario`` and ``/ledger``.

    Args:
        scenario: What is played until another is set.
    """
    provider = Provider(scenario)

    async def ledger(request: Request) -> Response:
        if request.method == "DELETE":
            provider.ledger = Ledger()  # hits in flight end in the old one
        return Response(orjson.dumps(provider.ledger.hits), media_type="application/json")

    async def scenario_(request: Request) -> Response:
        if request.method == "PUT":
            try:
                provider.play(Scenario.model_validate_json(await request.body()))
            except ValidationError as error:
                return Response(str(error), 400, media_type="text/plain")
        current = provider.scenario.model_dump_json(by_alias=True)
        return Response(current, media_type="application/json")

    return Starlette(
        routes=[
            Route("/ledger", ledger, methods=["GET", "DELETE"]),
            Route("/scenario", scenario_, methods=["GET", "PUT"]),
            Mount("/v1", app=provider),
        ]
    )


def _refused(parameter: str) -> shapes.Body:
    return shapes.error(
        f"Unsupported parameter: '{parameter}' is not supported with this model.",
        "invalid_request_error",
        "unsupported_parameter",
        param=parameter,
    )


def _plain(value: float | str) -> str:
    return value if isinstance(value, str) else f"{value:g}"
