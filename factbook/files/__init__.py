"""Files: inputs within bounds, durable and atomic writes, locks, names."""
