"""The routes, a module for each noun; strangers to one another."""
