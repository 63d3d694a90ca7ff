"""YAML -> ClassSpec; every problem with its place. Imports nothing here: the cli starts fast."""
