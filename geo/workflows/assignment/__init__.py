"""Assignment: whose every point is, kept equal to the rule or to a person's word, and explained."""
