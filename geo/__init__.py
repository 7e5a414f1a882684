"""Calculations on grids, points and streets; the store; the workflows above both."""
