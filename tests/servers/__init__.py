"""Servers that tests and benchmarks start: real processes on loopback."""
