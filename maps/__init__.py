"""Folium shells, layers, styles and pages: draws what it is handed."""
