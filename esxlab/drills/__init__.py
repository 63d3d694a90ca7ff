"""Frozen drills: what is broken on purpose, what a client is seen to get, how it is put back."""
