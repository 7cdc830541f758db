"""Turning a receipt's HTML into a PDF, in a process of its own (DESIGN.md 5)."""
