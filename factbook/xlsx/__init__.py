"""Workbooks from strangers: guarded, parsed in a process of their own, and read into cells."""
