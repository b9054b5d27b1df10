"""What other programs say stands in messages without the credentials of the environment."""

from __future__ import annotations

import pytest

from factbook.config.redaction import quoted

VARIABLES = {
    "FSSPEC_FTP_PASSWORD": "word-of-ftp",
    "AWS_SECRET_ACCESS_KEY": "word-of/aws+",
    "PREFECT_API_AUTH_STRING": "operator:word-of-prefect",
    "AZURE_STORAGE_CONNECTION_STRING": "word-of-azure",
    "HF_TOKEN": "word-of-hub",
    "REDIS_URL": "redis://me:word-of-redis@host:6379/0",
}


@pytest.mark.parametrize("name", VARIABLES)
def test_credential_of_the_environment_is_masked(
    monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    """Wherever a library or a server has put it."""
    for variable, value in VARIABLES.items():
        monkeypatch.setenv(variable, value)
    word = VARIABLES[name].removeprefix("operator:")
    word = "word-of-redis" if name == "REDIS_URL" else word
    assert quoted(f"530 Not right:\r\n PASS {word}!") == "530 Not right: PASS ***!"
    assert quoted(ValueError(f"(a, {word!r})")) == "(a, '***')"


def test_other_words_stay(monkeypatch: pytest.MonkeyPatch) -> None:
    """Short values occur in any word, and the current folder is no secret."""
    monkeypatch.setenv("API_KEY", "none")
    monkeypatch.setenv("PWD", "/home/me/project")
    monkeypatch.setenv("REDIS_URL", "redis://host:6379/0")
    said = "nonexistent: /home/me/project, redis://host:6379/0"
    assert quoted(said) == said


def test_long_text_is_shortened() -> None:
    """An error may hold a page."""
    assert quoted("a" * 1000) == "a" * 299 + "…"


def test_password_in_an_address_is_masked() -> None:
    """Also one that the environment does not know."""
    assert quoted("no route to ftp://me:word@host/x") == "no route to ftp://me:***@host/x"
