"""Redrawing: what a person draws on a layer of grids, shared borders staying shared."""
