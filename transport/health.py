"""/health for a supervisor or a balancer, /metrics for Prometheus (extra `metrics`), on a port of their own.

Counts and ages only: nothing of a person, no secret. Keep the port inside.
"""

from __future__ import annotations

import asyncio
import socket
from collections.abc import Iterator
from dataclasses import asdict
from typing import Any

import uvicorn
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, PlainTextResponse, Response
from starlette.routing import Route

from transport.listening import Quiet
from transport.vitals import Condition, Vitals

NO_METRICS = "metrics need the extra: uv sync --extra metrics\n"


def app(vitals: Vitals) -> Starlette:
    """The two pages."""

    async def health(request: Request) -> Response:
        condition = await vitals.look()
        problems = condition.problems
        body = {"ok": not problems, "problems": problems} | _plain(condition)
        return JSONResponse(body, status_code=503 if problems else 200)

    async def metrics(request: Request) -> Response:
        try:
            content, kind = exposition(await vitals.look())
        except ImportError:
            return PlainTextResponse(NO_METRICS, status_code=501)
        return Response(content, media_type=kind)

    return Starlette(routes=[Route("/health", health), Route("/metrics", metrics)])


def exposition(condition: Condition) -> tuple[bytes, str]:
    """The condition in Prometheus' words, and their media type. ImportError without the extra."""
    from prometheus_client import CONTENT_TYPE_LATEST, CollectorRegistry, Gauge, generate_latest
    from prometheus_client.core import CounterMetricFamily

    registry = CollectorRegistry()
    for name, value in _plain(condition).items():
        if isinstance(value, int | float):  # true and false are 1 and 0
            Gauge(f"minxinqiao_{name}", name.replace("_", " "), registry=registry).set(value)
    Gauge("minxinqiao_problems", "what is worth an alarm", registry=registry).set(len(condition.problems))

    class Counts:
        def collect(self) -> Iterator[Any]:
            for name, value in condition.counts.items():
                yield CounterMetricFamily(f"minxinqiao_{name}", name.replace("_", " "), value=value)

    registry.register(Counts())
    return generate_latest(registry), CONTENT_TYPE_LATEST


async def serve_health(vitals: Vitals, listening: socket.socket) -> None:
    """Serve the pages until cancelled."""
    config = uvicorn.Config(
        app(vitals), http="httptools", ws="none", lifespan="off", log_config=None, access_log=False,
        server_header=False, timeout_graceful_shutdown=1,
    )  # fmt: skip
    server = Quiet(config)
    serving = asyncio.create_task(server.serve(sockets=[listening]), name="health server")
    try:
        await serving
        raise RuntimeError("the health server ended by itself")
    finally:
        server.should_exit = True
        await asyncio.wait({serving}, timeout=1.5)
        serving.cancel()
        listening.close()


def _plain(condition: Condition) -> dict[str, Any]:
    values = asdict(condition)
    del values["counts"], values["stuck"]
    return {name: round(value, 3) if isinstance(value, float) else value for name, value in values.items()}
