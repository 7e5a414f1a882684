"""Travel times from stations to points, and what follows from them."""
