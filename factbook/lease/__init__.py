"""The lease: one run at a time works on a run folder."""
