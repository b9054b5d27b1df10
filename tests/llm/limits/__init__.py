"""Tests of what bounds model calls."""
