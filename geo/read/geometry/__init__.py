"""Geometry: where the rows lie, in which coordinate system, and whether their shapes are sound."""
