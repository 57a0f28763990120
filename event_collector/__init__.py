"""Takes events that are pushed to us and keeps them in the inbox before it answers."""
