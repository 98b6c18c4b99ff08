"""The shared few: accounts, directory, history, measures, permission, jobs."""
