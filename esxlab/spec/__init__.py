"""YAML -> ClassSpec; every problem with file, line, column. Imports nothing here: the cli must start fast."""
