"""Reach: who is served within the promised minutes, and how far that can be believed."""
