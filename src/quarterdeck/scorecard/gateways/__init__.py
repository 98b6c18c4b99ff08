"""The outside world: the press that makes PDFs."""
