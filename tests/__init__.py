"""Behaviour, held by sentences."""
