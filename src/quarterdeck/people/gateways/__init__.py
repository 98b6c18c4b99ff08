"""The ways of the people app to files outside."""
