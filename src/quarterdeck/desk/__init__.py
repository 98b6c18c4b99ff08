"""The service desk: tickets, their history, and the measures on them."""
