"""How well single statements are read, before any are compared: one module a table."""
