"""Flags of observations: what they mean, and what must not be shown."""
