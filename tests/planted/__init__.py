"""Planted bugs: deliberate mistakes that the tests must catch, or they prove nothing.

python -m tests.planted              each in turn, on both engines: a table of what caught it
python -m tests.planted "the name"   only those whose name holds these words
"""
