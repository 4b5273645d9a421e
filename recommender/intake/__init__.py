"""Intake: how tracks come into the catalogue and the index, and how the two are kept in line."""
