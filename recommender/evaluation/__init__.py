"""Honest evaluation: every track ranked for every user, only what was trained on masked, no sampled negatives."""
