"""Import profiles of the desk: each maps one source's format onto tickets."""
