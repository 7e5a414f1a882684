"""Work that takes longer than a request may wait: asked for, carried out, watched and stopped."""
