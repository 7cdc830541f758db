"""Customers from a file, with what they owe already: looked at first, then taken as a whole or not at all."""
