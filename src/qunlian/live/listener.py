"""Hears NOTIFY on a connection of its own and wakes the hub."""

import asyncio
import logging
from typing import Any

import psycopg
from django.db import connection

from qunlian.live.hub import Hub
from qunlian.messaging.steps import LIVE_CHANNEL

logger = logging.getLogger(__name__)


async def listen(hub: Hub) -> None:
    """Listen for ever; while the database is away the hub's own catch-up goes on trying."""
    while True:
        try:
            await _listen(hub)
        except psycopg.Error:
            logger.warning("live_lost_notifications")
            await asyncio.sleep(1)


async def _listen(hub: Hub) -> None:
    async with await psycopg.AsyncConnection.connect(**_parameters(), autocommit=True) as own:
        await own.execute(f"LISTEN {LIVE_CHANNEL}")
        hub.wake(0, None)  # whatever was said while nobody listened
        async for notice in own.notifies():
            enterprise, _, group = notice.payload.partition(":")
            if enterprise.isdigit():
                hub.wake(int(enterprise), int(group) if group.isdigit() else None)


def _parameters() -> dict[str, Any]:
    """Return how Django itself connects: as the application's role."""
    parameters = connection.get_connection_params()
    return {
        key: value
        for key, value in parameters.items()
        if key not in {"cursor_factory", "context", "prepare_threshold", "pool", "client_encoding"}
    }
