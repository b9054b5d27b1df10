"""Formats of published tables: how each is told, opened, and what its columns are."""
