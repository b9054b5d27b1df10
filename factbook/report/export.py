"""Export of the report: from a document to the bytes of a file."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from importlib import import_module

from factbook.report.blocks import Document

_EXPORTERS: Mapping[str, tuple[str, str]] = {
    "md": ("factbook.report.markdown", "to_markdown"),
    "docx": ("factbook.report.word", "to_word"),
    "html": ("factbook.report.html", "to_html"),
    "pdf": ("factbook.report.pdf", "to_pdf"),
}
"""Suffix → module and function; imported on demand, as Word and PDF take long to import."""


def exporter(suffix: str) -> Callable[[Document], bytes]:
    """The exporter of a format.

    Args:
        suffix: ``md``, ``docx``, ``html`` or ``pdf``.
    """
    module, function = _EXPORTERS[suffix]
    found: Callable[[Document], bytes] = getattr(import_module(module), function)
    return found
