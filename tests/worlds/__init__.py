"""Worlds as data: schools that differ in every dimension, each with a class's whole life (docs/worlds.md)."""
