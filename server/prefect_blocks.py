"""Blocks: the provider's key, and where messages go. The server stores both encrypted."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import cast
from uuid import UUID

import httpx
from prefect.blocks.notifications import CustomWebhookNotificationBlock
from prefect.blocks.system import Secret
from prefect.client.orchestration import get_client
from prefect.exceptions import PrefectHTTPStatusError

from server.config_error import config_error
from server.names import API_KEY_BLOCK, NOTIFICATION_BLOCK

NOWHERE = "https://notifications.invalid"
"""Address of the notification block until a real one is set; no such host can exist."""

_ADDRESS = "{{address}}"  # filled in from the block's secrets


@dataclass(frozen=True)
class Notifications:
    """The notification block on the server.

    Attributes:
        id: Its id.
        address: Where it sends messages.
    """

    id: UUID
    address: str

    @property
    def are_sent(self) -> bool:
        """Whether a real address is set."""
        return self.address != NOWHERE


def kept_api_key() -> str | None:
    """The key in the Secret block; None when there is no block.

    Raises:
        ConfigError: The server cannot decrypt it.
    """
    try:
        with _decrypted(API_KEY_BLOCK):
            # Prefect's types include a coroutine, which a caller without an event loop never gets.
            block = cast("Secret[str]", Secret.load(API_KEY_BLOCK))
    except ValueError:  # Prefect's error for a missing block
        return None
    return block.get()


def keep_api_key(key: str) -> None:
    """Store a key in the Secret block."""
    Secret(value=key).save(API_KEY_BLOCK, overwrite=True)


def notification_block() -> Notifications | None:
    """The notification block; None when there is none.

    Raises:
        ConfigError: The server cannot decrypt it.
    """
    try:
        with _decrypted(NOTIFICATION_BLOCK):
            found = CustomWebhookNotificationBlock.load(NOTIFICATION_BLOCK)
        block = cast(CustomWebhookNotificationBlock, found)
    except ValueError:
        return None
    secrets = block.secrets.get_secret_value()
    address = secrets.get("address", NOWHERE) if block.url == _ADDRESS else block.url
    return Notifications(cast(UUID, block._block_document_id), address)


def point_notifications_to(address: str) -> Notifications:
    """Make the notification block send to an address: a POST with JSON that chat tools accept."""
    block = CustomWebhookNotificationBlock(
        name=NOTIFICATION_BLOCK,
        # Whoever knows the address of a chat's webhook can post there: it is stored as a secret.
        url=_ADDRESS,
        secrets={"address": address},
        json_data={"text": "{{subject}}\n{{body}}"},
    )
    return Notifications(cast(UUID, block.save(NOTIFICATION_BLOCK, overwrite=True)), address)


def _is_ready() -> bool:
    """Whether the server can use its database."""
    with get_client(sync_client=True) as client:
        try:
            return client.request("GET", "/ready").is_success
        except (PrefectHTTPStatusError, httpx.TransportError):
            return False


@contextmanager
def _decrypted(name: str) -> Iterator[None]:
    """Turn an HTTP 500 for a block into an error that explains it.

    A server without its database also answers 500, but then it reports that it is not ready.
    """
    try:
        yield
    except PrefectHTTPStatusError as error:
        if error.response.status_code != 500 or not _is_ready():
            raise
        message = (
            f"the server cannot read its block '{name}' (HTTP 500); most likely its "
            "PREFECT_SERVER_ENCRYPTION_KEY is not the one that the block was created with"
        )
        remedy = "Restart the server with that key; if it is lost, see Backup in docs/deploying.md"
        raise config_error("block", message, remedy) from None
