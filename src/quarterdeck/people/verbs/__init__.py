"""What may happen to drafts, job classes and their measures of success."""
