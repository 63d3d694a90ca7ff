"""A hostile neighbourhood: bad peers as values, and what esxlab does when it meets them."""
