"""PLEXOS-like results: from files below a folder to rows that count once."""
