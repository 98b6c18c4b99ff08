"""The outside world of the desk."""
