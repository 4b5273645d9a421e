"""What an adapter promises beyond its port."""
