"""The street network: lines as offices have them → nodes, edges and islands in arrays, and places on it."""
