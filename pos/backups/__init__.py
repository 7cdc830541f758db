"""Copies of the whole shop: made, tested, kept, and put back (PLAN.md 6, RELIABILITY.md 12 and 13)."""
