"""Measurements against other programs; nothing of the service imports them."""
