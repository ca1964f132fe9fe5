"""A small TCP balancer, as stands before several webhook processes: the next one that answers is taken."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import AsyncIterator, Sequence


@contextlib.asynccontextmanager
async def balance(ports: Sequence[int]) -> AsyncIterator[int]:
    """Its own port; `ports` are those behind it on this machine."""
    order = list(ports)

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        order.append(order.pop(0))
        with contextlib.closing(writer):
            for port in tuple(order):
                try:
                    there, back = await asyncio.open_connection("127.0.0.1", port)
                except OSError:
                    continue  # killed just now: the next one
                with contextlib.closing(back):
                    ways = [asyncio.create_task(_pass_on(*way)) for way in ((reader, back), (there, writer))]
                    try:
                        await asyncio.wait(ways, return_when=asyncio.FIRST_COMPLETED)
                    finally:
                        for way in ways:
                            way.cancel()
                        await asyncio.gather(*ways, return_exceptions=True)
                return

    server = await asyncio.start_server(serve, "127.0.0.1", 0)
    try:
        yield int(server.sockets[0].getsockname()[1])
    finally:
        server.close()


async def _pass_on(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    with contextlib.suppress(OSError):
        while piece := await reader.read(65536):
            writer.write(piece)
            await writer.drain()
