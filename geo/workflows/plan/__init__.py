"""The plan: where stations should stand, what would come of it, and its scenarios."""
