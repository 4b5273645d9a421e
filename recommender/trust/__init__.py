"""Trust: what users may ask of their data, who may call, and what is written down of it."""
