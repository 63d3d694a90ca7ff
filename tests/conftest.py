"""Makes the repository importable, so that tests share what lies beside this file."""
