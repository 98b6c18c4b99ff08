"""Import profiles of the office: tables of people."""
