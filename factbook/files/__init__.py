"""Files: durable and atomic writes, locks, names, and places to publish to."""
