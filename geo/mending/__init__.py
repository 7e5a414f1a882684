"""Mending: borders put right with consent, within a law of how far one may move."""
