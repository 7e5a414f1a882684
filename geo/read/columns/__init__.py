"""Columns: what headers and cells mean under the contract of a kind."""
