"""Tastes: what a user's listening says of them, kept, readable and theirs to change."""
