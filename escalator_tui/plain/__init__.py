"""Plain mode: the queue and the decisions over lines of text, for screen readers, simple terminals and scripts. Without Textual."""
