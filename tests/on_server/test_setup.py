"""``factbook server setup``: everything by name, once, and nothing of a person's is undone."""

from __future__ import annotations

import re

from tests.on_server.conftest import KEY, Equipped
from tests.on_server.database import execute
from tests.on_server.prefect_server import PrefectServer
from tests.on_server.receiver import Receiver

MESSAGES = (
    "factbook: incomplete",
    "factbook: stopped",
    "factbook: crashed",
    "factbook: failed",
    "factbook: awaiting approval",
    "factbook: approval reminder",
)
NOWHERE_REMARK = "no messages are sent: set FACTBOOK_NOTIFY_URL"


def steps(output: str) -> dict[str, str]:
    """Thing → what became of it."""
    found = re.findall(
        r"^((?:work|secret|notification|automation)[^:]* '[^']+'): (.*)$", output, re.M
    )
    return dict(found)


def test_first_setup_makes_everything(equipped: Equipped) -> None:
    """A new server gets all that needs neither a key nor an address for messages."""
    made = steps(equipped.first)
    assert made["work pool 'factbook'"] == "created"
    assert made["work queue 'reports'"] == made["work queue 'checks'"] == "created"
    assert made["secret 'openai-api-key'"].startswith("left out (OPENAI_API_KEY is not set")
    assert made["automation 'factbook: crash'"] == "created"
    assert NOWHERE_REMARK in made["notification block 'factbook-notifications'"]
    assert [made[f"automation '{name}'"] for name in MESSAGES] == ["created (off)"] * 6


def test_second_setup_changes_nothing(equipped: Equipped) -> None:
    """The same things are found by their names."""
    again = steps(equipped.second)
    assert again.keys() == steps(equipped.first).keys()
    said = {text.split(" (")[0] for text in again.values()}
    assert said == {"unchanged", "left out"}, equipped.second


def test_key_and_address_turn_on_what_waited(equipped: Equipped, receiver: Receiver) -> None:
    """With both in the environment the block is made, and messages are sent from then on."""
    now = steps(equipped.third)
    assert now["secret 'openai-api-key'"] == "created"
    assert now["notification block 'factbook-notifications'"] == "updated"
    assert [now[f"automation '{name}'"] for name in MESSAGES] == ["updated"] * 6
    assert all(equipped.server.automations()[name]["enabled"] for name in MESSAGES)


def test_no_secret_is_printed(equipped: Equipped, receiver: Receiver) -> None:
    """Neither key nor address nor authentication string stands in output or log."""
    said = equipped.first + equipped.second + equipped.third + equipped.server.service.words()
    for secret in (KEY, "canary-7f3", equipped.server.auth.partition(":")[2]):
        assert secret not in said


def test_secrets_are_not_shown_by_the_server(server: PrefectServer) -> None:
    """Whoever reads the blocks through the API gets neither key nor address."""
    blocks = str(server.ask("POST", "block_documents/filter", {}))
    assert "openai-api-key" in blocks
    assert KEY not in blocks
    assert "canary-7f3" not in blocks


def test_setup_keeps_what_a_person_has_changed(server: PrefectServer) -> None:
    """Words, address and switch of a message are a person's; the crash automation is ours."""
    found = server.automations()
    message, crash = found["factbook: stopped"], found["factbook: crash"]
    words = [{**message["actions"][0], "body": "Call the desk"}]
    server.change_automation(message, actions=words, enabled=False)
    server.change_automation(crash, enabled=False)
    try:
        done = server.command("server", "setup")
        assert done.returncode == 0, done.stderr
        said = steps(done.stdout)
        assert said["automation 'factbook: stopped'"] == "unchanged (off)"
        assert said["automation 'factbook: crash'"] == "updated"
        assert said["secret 'openai-api-key'"] == "unchanged"
        assert said["notification block 'factbook-notifications'"] == "unchanged"
        after = server.automations()
        assert after["factbook: stopped"]["actions"][0]["body"] == "Call the desk"
        assert after["factbook: stopped"]["enabled"] is False
        assert after["factbook: crash"]["enabled"] is True
    finally:
        server.change_automation(message)


def test_key_that_differs_is_taken_over(server: PrefectServer) -> None:
    """A new key in the environment replaces the one of the block, and back."""
    for key in ("sk-other", KEY):
        done = server.command("server", "setup", OPENAI_API_KEY=key)
        assert steps(done.stdout)["secret 'openai-api-key'"] == "updated"


def test_block_of_another_encryption_key_is_told(server: PrefectServer) -> None:
    """The block, the setting of the server and the remedy, and nobody waits for minutes."""
    unreadable = "UPDATE block_document SET data = to_json(reverse(data #>> '{}'))"
    execute(server.database, unreadable)
    try:
        done = server.command("server", "setup")
    finally:
        execute(server.database, unreadable)  # reversed twice: as it was
    assert done.returncode == 2
    assert "the server cannot read its block 'openai-api-key'" in done.stderr
    assert "PREFECT_SERVER_ENCRYPTION_KEY" in done.stderr
    assert "Restart the server with that key" in done.stderr
    assert steps(server.command("server", "setup").stdout)["secret 'openai-api-key'"] == "unchanged"


def test_wrong_authentication_string_is_refused(server: PrefectServer) -> None:
    """Setup and worker name the setting and end with 2."""
    for command in ("setup", "worker"):
        done = server.command("server", command, PREFECT_API_AUTH_STRING="factbook:wrong")
        assert done.returncode == 2
        assert "rejects the authentication string of PREFECT_API_AUTH_STRING" in done.stderr
        assert server.auth not in done.stderr


def test_server_lets_nobody_in_without_the_string(server: PrefectServer) -> None:
    """Its API answers 401."""
    answer = server.client.post("deployments/filter", json={}, auth=("factbook", ""))
    assert answer.status_code == 401
