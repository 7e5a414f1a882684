"""Figures: what is shown and handed out – the state of a zone, its grids, lists, layers and files."""
