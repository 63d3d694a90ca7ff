"""Frozen verbs: each says what it will do, and does it; data only until it is performed."""
