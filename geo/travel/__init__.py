"""Searches over the arcs of a street network: from all sources at once, and from each alone."""
