"""Giving back: frames as files of the formats that offices ask for."""
