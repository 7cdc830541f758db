"""Takes the pictures of the manual: `bin/pictures` writes docs/manual/pictures."""
