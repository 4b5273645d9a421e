"""The shape of every message that enters or leaves."""
