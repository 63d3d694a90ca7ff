"""Frozen questions about a running lab, asked from where the exercise asks them."""
