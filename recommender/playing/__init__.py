"""Players: radio, ways between tracks and lists that go on, each in an order that flows."""
