"""Pure computation: standard library only, no Django, I/O, clock or unseeded randomness."""
