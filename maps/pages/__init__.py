"""The pages: one module each, from what the API knows to a finished page."""
