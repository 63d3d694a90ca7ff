"""Observing and running: threads, limits, failures as data, events, journal."""
