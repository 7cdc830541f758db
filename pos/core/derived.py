"""What the database fills by itself from other tables, by triggers: it has no model, and no backup holds it."""

from __future__ import annotations

# Tables and indexes made by a migration alone; SQLite's full-text index keeps tables of its own beside its name.
DERIVED = ("product_search", "search_words")


def is_derived(name: str | None) -> bool:
    """True for a table or an index of this name."""
    return name is not None and name.startswith(DERIVED)
