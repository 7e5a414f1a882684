"""Assignment: to which grid of a partition a point belongs, and how surely."""
