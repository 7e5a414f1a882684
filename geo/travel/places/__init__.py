"""From the nodes of a network on to places along its edges."""
