"""Service circles as polygons: dissolved, split among the stations, or each alone."""
