"""Real processes, really killed: what is paid for and what is finished outlives them."""
