"""The demo catalogue: music that the project synthesises itself, and listeners who play it."""
