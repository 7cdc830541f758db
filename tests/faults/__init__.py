"""The fault runner: a served shop, sixteen tills, and everything that goes wrong in a shop, drawn by lot.

    python -m tests.faults --engine sqlite --seed 7 --seconds 60

Afterwards: acknowledged is within kept is within sent, nothing twice, no gap, and the proof of the books finds nothing.
"""
