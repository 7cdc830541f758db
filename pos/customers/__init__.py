"""The families who buy here, and their credit (udhaar) ledger."""
