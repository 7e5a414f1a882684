"""Formats: one module for each that a file can have, and what GDAL needs to read the others."""
