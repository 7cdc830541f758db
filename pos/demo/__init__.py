"""A believable kirana to try the program on: its goods, its people, and their days (`flask --app wsgi demo`)."""
