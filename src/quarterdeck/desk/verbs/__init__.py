"""What may happen to the desk's nouns."""
