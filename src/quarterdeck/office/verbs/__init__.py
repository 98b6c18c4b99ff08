"""What may happen to the office's nouns."""
