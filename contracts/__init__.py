"""The published language: what the four services say to each other and to the world."""
