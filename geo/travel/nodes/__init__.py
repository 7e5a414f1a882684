"""Searches from sources to the nodes of a network."""
