"""Long and wide tables: which column is what, and their rows."""
