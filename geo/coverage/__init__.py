"""Who is in reach of a station and who is not: four denominators whose totals add up."""
