"""Names of things on the server; prefect.yaml uses the same names."""

from __future__ import annotations

POOL = "factbook"
"""Work pool, of type process."""

QUEUES = {"checks": 1, "reports": 2}
"""Work queues and their priorities: a check that takes seconds does not wait behind reports that
take hours."""

SCHEDULES = {"report-weekly": "monday", "report-changed": "hourly"}
"""Deployments with a schedule, and its slug."""

API_KEY_BLOCK = "openai-api-key"
NOTIFICATION_BLOCK = "factbook-notifications"

REPORT_FLOW = "generate-report"
CHECK_FLOW = "check-project"

WAITS_EVENT = "factbook.report.waits"
"""A run sends no more heartbeats: it waits for approval."""
