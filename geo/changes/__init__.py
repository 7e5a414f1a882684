"""Changes: two states of a partition compared, and who changes hands."""
