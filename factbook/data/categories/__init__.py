"""Categories and other dimensions: what holds what, and what may be added."""
