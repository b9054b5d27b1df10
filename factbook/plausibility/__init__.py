"""Whether figures can be right: ranges, jumps, balances, copies, and the last edition."""
