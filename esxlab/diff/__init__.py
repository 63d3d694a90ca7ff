"""Differences without any I/O: what has to change in a guest, and on a router."""
