"""What tracks are called: words of names, how they are found by them, and how like a name what was typed is."""
