"""Publication: a file becomes a release or rows; what that changes is told before, and taken back after."""
