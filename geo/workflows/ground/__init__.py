"""The ground that workflows stand on: the zone, its districts, days and words."""
