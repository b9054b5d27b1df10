"""Limits on model calls: rates, calls in flight, outages of the provider, money."""
