"""Untrusted workbooks: guarded, parsed in a separate process, and read into cells."""
