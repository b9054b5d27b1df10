"""Chat models: the protocol, the client, limits, budget, the call store and the journal."""
