"""Lists from files of any common kind: read row by row, their columns told by name, what is not taken kept aside."""
