"""Findings: what the data say, found by code and scored, before anything is written."""
