"""Text as people write it: its letters and sentences, and how it is cut into chunks."""
