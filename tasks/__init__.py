"""Prefect tasks: names, retries and states around one library call each."""
