"""The run folder: its files, its manifest, and how they change together at the end of a run."""
