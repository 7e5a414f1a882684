"""The command line: the same verbs as the routes, five lines around a workflow each."""
