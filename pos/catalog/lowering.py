"""Who lowers a shelf price: where cashiers' discounts are capped, the owner alone; a lower price is a discount too."""

from __future__ import annotations

from decimal import Decimal

from pos.core.actor import Actor
from pos.core.errors import Forbidden
from pos.core.language import gettext as _
from pos.settings import store


def may_lower(actor: Actor) -> bool:
    """True for the owner, and for everybody in a shop without a cap on discounts."""
    return actor.may("discount_freely") or store.current().cashier_discount_cap is None


def check_price(actor: Actor, name: str, before: Decimal, after: Decimal) -> None:
    """Raises Forbidden when this person may not make the product cheaper."""
    if after < before and not may_lower(actor):
        sentence = _("Only the owner of the shop lowers the price of %(name)s.", name=name)
        raise Forbidden(sentence, code="DISCOUNT_ABOVE_CAP", field="price")
