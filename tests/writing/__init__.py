"""Tests of what is written for a section."""
