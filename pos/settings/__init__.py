"""The store itself: its name, address, tax terms, receipt texts and rules."""
