"""The demo district: an invented development zone, drawn anew from a seed, the same bytes each time."""
