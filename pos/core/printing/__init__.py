"""Turning a paper's HTML into a PDF, in a process of its own (DESIGN.md 5)."""
