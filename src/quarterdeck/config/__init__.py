"""Settings, addresses, command line: the only place that sees everything."""
