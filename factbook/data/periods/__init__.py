"""Periods: how they are written, how they contain each other, what is missing of them."""
