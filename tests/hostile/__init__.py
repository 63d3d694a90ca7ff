"""A hostile neighbourhood: bad servers, routers, guests, datastores and homes, as values, and what esxlab does."""
