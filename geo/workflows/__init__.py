"""The verbs of the service: load, assign, cover, tell the state. They own the transactions."""
