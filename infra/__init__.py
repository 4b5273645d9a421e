"""Everything with a network or a disk behind it."""
