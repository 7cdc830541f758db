"""How fast this shop is on this machine (`flask --app wsgi bench`): measured on a database that is thrown away."""
