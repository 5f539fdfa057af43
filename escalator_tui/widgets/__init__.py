"""What the terminal app is drawn with."""
