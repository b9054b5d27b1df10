"""Prefect tasks: retries, caching, names and artifacts around one library call each."""
