"""Blocks: the provider's key, and where messages go. Both are kept by the server, encrypted."""

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

from server.names import (
    API_KEY_BLOCK,
    NOTIFICATION_BLOCK,
)
from server.refusal import refusal

NOWHERE = "https://notifications.invalid"
"""Address of the notification block until there is a real one; no such host can exist."""

_ADDRESS = "{{address}}"  # stands among the block's secrets


@dataclass(frozen=True)
class Notifications:
    """The notification block as it stands.

    Attributes:
        id: Its id.
        address: Where it sends to.
    """

    id: UUID
    address: str

    @property
    def are_sent(self) -> bool:
        """Whether there is somewhere to send to."""
        return self.address != NOWHERE


def kept_api_key() -> str | None:
    """The key in the Secret block; None when there is no block.

    Raises:
        ConfigError: The server cannot decrypt it.
    """
    try:
        with _decrypted(API_KEY_BLOCK):
            # Prefect's types allow for a coroutine, which a caller without an event loop never
            # gets.
            block = cast("Secret[str]", Secret.load(API_KEY_BLOCK))
    except ValueError:  # Prefect's word for a block that is not there
        return None
    return block.get()


def keep_api_key(key: str) -> None:
    """Put a key into the Secret block."""
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
    """Make the notification block send to an address: a POST with JSON that chats understand."""
    block = CustomWebhookNotificationBlock(
        name=NOTIFICATION_BLOCK,
        # Whoever knows the address of a chat's webhook can write there: it is kept as a secret.
        url=_ADDRESS,
        secrets={"address": address},
        json_data={"text": "{{subject}}\n{{body}}"},
    )
    return Notifications(cast(UUID, block.save(NOTIFICATION_BLOCK, overwrite=True)), address)


def _is_ready() -> bool:
    """Whether the server has its database."""
    with get_client(sync_client=True) as client:
        try:
            return client.request("GET", "/ready").is_success
        except (PrefectHTTPStatusError, httpx.TransportError):
            return False


@contextmanager
def _decrypted(name: str) -> Iterator[None]:
    """Tell that the server fails to read a block, which it says in no other way.

    Without its database it fails as well, and says that it is not ready.
    """
    try:
        yield
    except PrefectHTTPStatusError as error:
        if error.response.status_code != 500 or not _is_ready():
            raise
        message = (
            f"the server cannot read its block '{name}' (HTTP 500), as it does when its "
            "PREFECT_SERVER_ENCRYPTION_KEY is not the one that the block was made with"
        )
        remedy = (
            "Start the server with that key again; if it is lost, see Backup in docs/deploying.md"
        )
        raise refusal("block", message, remedy) from None
