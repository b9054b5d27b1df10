"""Explaining a figure of a report: its fact, its derivation, the rows it comes from."""
