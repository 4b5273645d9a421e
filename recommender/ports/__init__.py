"""What the domain needs of the world, as Protocols; every adapter of a port passes the port's one contract test."""
