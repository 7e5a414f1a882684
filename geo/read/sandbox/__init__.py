"""The sandbox: a process of its own for each file, its walls and its limits."""
