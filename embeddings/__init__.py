"""Signals in, vectors out: how audio, words and listening become points in a space."""
