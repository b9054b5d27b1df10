"""What things are called on the server; prefect.yaml says the same names."""

from __future__ import annotations

POOL = "factbook"
"""Work pool, of type process."""

QUEUES = {"checks": 1, "reports": 2}
"""Work queues and their priority: a check of seconds does not wait behind reports of hours."""

SCHEDULES = {"report-weekly": "monday", "report-changed": "hourly"}
"""Deployments that have a schedule, and its slug."""

API_KEY_BLOCK = "openai-api-key"
NOTIFICATION_BLOCK = "factbook-notifications"

REPORT_FLOW = "generate-report"
CHECK_FLOW = "check-project"

WAITS_EVENT = "factbook.report.waits"
"""A run gives no more signs of life: it waits for approval."""
