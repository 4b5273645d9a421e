"""Tests of the SQLite stores: threads, processes, crashes and damage."""
