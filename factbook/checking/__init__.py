"""Claims in a text against the facts."""
