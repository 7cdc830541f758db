"""What every API door shares: exact JSON, typed fields, the envelope, who asks (DESIGN.md 8)."""
