"""What a Prefect server that keeps its history shows of a run: progress, summary, tables, links."""
