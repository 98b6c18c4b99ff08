"""The scorecard's ways to what is outside: paper."""
