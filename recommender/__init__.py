"""What to hear next: the domain's model, its ports and its pure decisions."""
