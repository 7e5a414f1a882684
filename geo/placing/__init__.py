"""Placing: where a layer may lie, by its numbers and by what is trusted of the place."""
