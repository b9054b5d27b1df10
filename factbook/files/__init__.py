"""Files: durable and atomic writes, locks, names, and publishing targets."""
