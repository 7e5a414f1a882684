"""The doctor: what is wrong with a file before anything of it is taken."""
