"""Readable stand-ins for the ports, held by the same contracts as the adapters."""
