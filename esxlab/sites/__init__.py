"""Many schools: a centre asks, each school answers. A school only dials out, and its passwords stay there."""
