"""Tests, and the programs of the Makefile that live beside them (links, generated, demo, bench)."""
