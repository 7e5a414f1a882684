"""Partitions: what is wrong with grids that are to divide an area, found in near-linear time."""
