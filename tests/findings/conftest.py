"""Projects of one sub-task, as tests of evidence make them."""

from __future__ import annotations

from tests.evidence.conftest import ask, real_data

__all__ = ["ask", "real_data"]
