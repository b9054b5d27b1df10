"""Bounds on model calls: rates, calls in flight, a provider that is away, money."""
