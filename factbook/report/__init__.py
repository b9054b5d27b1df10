"""The report as a document, its exporters, and reading it back after editing."""
