"""What may happen to the scorecard's nouns."""
