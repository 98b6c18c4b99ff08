"""The kernels' tests: examples, properties and published answers."""
