"""Addresses: their one spelling, their parts, what is known of them, and where one may lie."""
