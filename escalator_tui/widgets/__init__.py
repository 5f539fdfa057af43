"""What the terminal app is drawn with, and the Textual-free state behind it."""
