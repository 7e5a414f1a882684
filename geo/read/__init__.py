"""One file in, one frame out: the readers and the door in front of them."""
