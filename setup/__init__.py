"""Sets up a clone: system packages, Python packages, the browser's files.

It runs before anything is installed, so it and the two modules of ``geo`` that it calls use the
standard library alone: ``python3 -m setup demo``.
"""
