"""Straight pieces of street, and which of them is nearest to a place."""
