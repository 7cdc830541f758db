"""python -m tests.another_day --days 400 [pytest's own arguments]: the suite as if it were another day.

A test that names a date and forgets to hold the clock passes until that date comes. Every process of the run, servers
and commands as well, sees the shop's clock so many days and hours ahead; browsers and the database keep the real one.
"""
