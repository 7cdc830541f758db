"""A starter list: common goods by kind, of which a new shop takes over what it sells."""
