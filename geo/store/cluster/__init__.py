"""A PostgreSQL of our own: its programs, its place, and who starts and stops it."""
