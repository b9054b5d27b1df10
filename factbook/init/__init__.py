"""From tables to a draft of a project: guesses about columns, places and measures."""
