"""Who may do what, to the letter of PLAN.md section 4."""

from __future__ import annotations

from collections.abc import Mapping
from uuid import UUID

from pos.core.actor import Actor

EVERYBODY = frozenset({"see_dashboard", "edit_products", "move_stock", "change_own_profile"})
AT_THE_TILL = EVERYBODY | {"sell", "see_sales", "edit_customers", "take_credit_payment", "take_returns"}
OWNER = AT_THE_TILL | {"void_sale", "change_settings", "manage_users", "see_reports", "see_costs", "correct_credit"}
OWNER |= {"discount_freely"}

RIGHTS: Mapping[str, frozenset[str]] = {
    "owner": frozenset(OWNER),
    "cashier": frozenset(AT_THE_TILL),
    "staff": EVERYBODY,
}

# The command line belongs to whoever owns the machine.
COMMAND_LINE = Actor(id=None, name="command line", role="owner", rights=RIGHTS["owner"])


def actor_for(user_id: UUID, name: str, role: str, language: str | None = None) -> Actor:
    """The person with the rights of the role."""
    return Actor(id=user_id, name=name, role=role, rights=RIGHTS[role], language=language)
