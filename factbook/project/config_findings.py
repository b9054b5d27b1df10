"""Settings that are right by themselves, but do not go together or cannot be had here."""

from __future__ import annotations

import re
from collections.abc import Iterator
from importlib.util import find_spec
from urllib.parse import urlsplit

from factbook.config.project_config import (
    PROJECT_FILE,
    ProjectConfig,
)
from factbook.config.redaction import has_password, without_secrets
from factbook.errors import Finding
from factbook.project.prefect_files import prefect_findings
from factbook.project.reach import Reach
from factbook.project.target import publish_findings

_SHARED_SCHEMES = ("redis", "rediss", "unix")
_SCHEDULER = re.compile(r"((tcp|tls)://)?([^\s/:]+|\[[0-9a-fA-F:]+\]):[0-9]+")


def config_findings(config: ProjectConfig, reach: Reach) -> list[Finding]:
    """What a run could not do as the configuration asks.

    Args:
        config: The configuration.
        reach: What the project may reach.
    """
    findings = [*_engine(config), *_dask(config, reach), *_nothing_to_write(config)]
    findings += [*_shared(config, reach), *_publish(config, reach)]
    findings += prefect_findings(reach.folder)
    if config.provider_in_use == "offline":
        return [*findings, *_without_model(config)]
    # Only a run that asks a model needs what it takes to ask one.
    from factbook.writing.model.provider import Provider

    return [*findings, *Provider(config, reach.settings, reach.folder).findings()]


def _engine(config: ProjectConfig) -> Iterator[Finding]:
    """An engine that cannot use the runner."""
    if config.run.engine == "threads" and config.runner == "dask":
        yield Finding(
            severity="error",
            code="config.engine",
            message="run.engine is 'threads' and runner is 'dask', but threads of one process "
            "cannot use a Dask cluster",
            file=PROJECT_FILE,
            allowed="run.engine = 'prefect' with runner = 'dask'",
            remedy="Set run.engine to 'prefect', or runner to 'thread'",
        )


def _dask(config: ProjectConfig, reach: Reach) -> Iterator[Finding]:
    """What a run on a cluster takes."""
    if config.runner != "dask":
        return
    if find_spec("prefect_dask") is None:
        yield Finding(
            severity="error",
            code="config.no-extra",
            message="runner is 'dask', which needs an extra that is not installed",
            file=PROJECT_FILE,
            remedy="Run pip install 'factbook[dask]', or set runner to 'thread'",
        )
    address = config.dask_address
    if address is not None and not _SCHEDULER.fullmatch(address):
        yield Finding(
            severity="error",
            code="config.dask-address",
            message=f"dask_address is '{address}', which is not the address of a scheduler",
            file=PROJECT_FILE,
            allowed="tcp://HOST:PORT, tls://HOST:PORT",
            remedy="Write the address that 'dask scheduler' prints, or remove the key to have a "
            "cluster started on this machine",
        )
    elif address is not None and not reach.may_use_scheduler(address):
        allowed = reach.settings.factbook_dask_address
        yield _not_allowed(
            f"dask_address is '{address}', and FACTBOOK_DASK_ADDRESS is "
            + (f"'{allowed}'" if allowed else "not set"),
            "the address in FACTBOOK_DASK_ADDRESS",
            "Set FACTBOOK_DASK_ADDRESS in the environment to the scheduler that projects may use, "
            "or remove dask_address to have a cluster started on this machine",
        )


def _without_model(config: ProjectConfig) -> Iterator[Finding]:
    """Passes that only a model can make."""
    for key in ("add_feedback", "add_final_polish", "draft_report_conclusion"):
        if getattr(config, key):
            yield Finding(
                severity="warning",
                code="config.not-available",
                message=f"{key} is true, and the offline writer has no such pass",
                file=PROJECT_FILE,
                remedy="Remove the key, or set it to false",
            )


def _nothing_to_write(config: ProjectConfig) -> Iterator[Finding]:
    if not config.run_main_report and not config.conclude_report:
        yield Finding(
            severity="error",
            code="config.nothing-to-write",
            message="run_main_report and conclude_report are both false: there is nothing to write",
            file=PROJECT_FILE,
            remedy="Set one of them to true",
        )


def _publish(config: ProjectConfig, reach: Reach) -> Iterator[Finding]:
    """An address that is none, or one where the project may not publish."""
    findings = [*publish_findings(config.publish)]
    yield from findings
    to = config.publish.to
    if to is None or findings or reach.may_publish_to(to):
        return
    yield _not_allowed(
        f"publish.to is '{to}', outside of the project",
        "a folder inside the project, and what is below an entry of FACTBOOK_PUBLISH_TO",
        "Publish into a folder of the project, such as published, or add the folder or address to "
        "FACTBOOK_PUBLISH_TO in the environment",
    )


def _not_allowed(message: str, allowed: str, remedy: str) -> Finding:
    """The finding of what the environment would have to allow a project."""
    return Finding(
        severity="error",
        code="config.outside-project",
        message=message,
        file=PROJECT_FILE,
        allowed=allowed,
        remedy=remedy,
    )


def _shared(config: ProjectConfig, reach: Reach) -> Iterator[Finding]:
    """Limits that several processes share."""
    shared = config.limits.shared
    if shared is not None and has_password(shared):
        yield Finding(
            severity="error",
            code="config.secret",
            message="the address in limits.shared contains a password",
            file=PROJECT_FILE,
            remedy="Remove it and set REDIS_PASSWORD in the environment, where secrets belong",
        )
    elif shared is not None and _scheme(shared) not in _SHARED_SCHEMES:
        yield Finding(
            severity="error",
            code="config.shared-limits",
            message="limits.shared is not the address of a Redis server",
            file=PROJECT_FILE,
            allowed="redis://HOST:PORT/NUMBER, rediss://…, unix://…",
            remedy="Write for example redis://127.0.0.1:6379/0",
        )
    elif shared is not None and not reach.may_use_redis(shared):
        known = reach.settings.redis_url
        yield _not_allowed(
            f"limits.shared is '{shared}', and REDIS_URL is "
            + (f"'{without_secrets(known.get_secret_value())}'" if known else "not set"),
            "scheme, host and port of REDIS_URL, and a database such as /0; nothing else",
            "Set REDIS_URL in the environment to the Redis server that projects may use",
        )
    if shared is None and config.runner == "dask" and config.provider_in_use == "openai":
        yield Finding(
            severity="error",
            code="config.shared-limits",
            message="runner is 'dask', and each of its processes would keep limits and budget "
            "for itself",
            file=PROJECT_FILE,
            remedy="Set limits.shared to the address of a Redis server, such as "
            "redis://127.0.0.1:6379/0",
        )


def _scheme(address: str) -> str:
    """The scheme of an address; empty when it is none, such as with half an IPv6 address."""
    try:
        parts = urlsplit(address)
        return parts.scheme if parts.port is None or parts.port > 0 else ""
    except ValueError:
        return ""
