"""Many sites: a centre asks, each site answers. A site only dials out, and its passwords stay there."""
