"""A server that answers like a provider of models, with no model, no key and no cost.

``make model-server`` starts it; a scenario makes it slow or faulty. The tests run against it too.
It uses nothing of Factbook: what it makes of a request is a second opinion on the wire format.
"""
