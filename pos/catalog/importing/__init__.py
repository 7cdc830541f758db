"""Products from a file: read, matched to columns, looked at, and then taken over as a whole or not at all."""
