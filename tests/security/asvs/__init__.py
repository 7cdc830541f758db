"""The items of OWASP ASVS 5.0 that matter to a shop: one test for each, named for it (docs/reliability.md)."""
