"""Who may use which route (PLAN.md section 4): the whole table, checked route by route in test_role_matrix.py.

Whoever adds a route adds its row here, one for each method: "METHOD blueprint.endpoint" and who is let in. A route
without a row fails the test, and so does a row without a route. Refused means: nobody is sent to the sign-in page (or
gets 401), everybody else gets 403. Let in means: the person was not refused; a random id may still be not found.
"""

from __future__ import annotations

ROLES = ("nobody", "staff", "cashier", "owner")

EVERYBODY = frozenset(ROLES)
SIGNED_IN = frozenset({"staff", "cashier", "owner"})
AT_THE_TILL = frozenset({"cashier", "owner"})
OWNER = frozenset({"owner"})

MATRIX: dict[str, frozenset[str]] = {
    "GET static": EVERYBODY,
    "GET health.alive": EVERYBODY,
    "GET health.ready": EVERYBODY,
    # accounts
    "GET accounts.home": SIGNED_IN,
    "GET accounts.sign_in": EVERYBODY,
    "POST accounts.sign_in": EVERYBODY,
    "POST accounts.sign_out": SIGNED_IN,
    "GET accounts.set_up": EVERYBODY,
    "POST accounts.set_up": EVERYBODY,
    "GET accounts.profile": SIGNED_IN,
    "POST accounts.profile": SIGNED_IN,
    "GET accounts.password": SIGNED_IN,
    "POST accounts.password": SIGNED_IN,
    "GET accounts.users": OWNER,
    "GET accounts.new_user": OWNER,
    "POST accounts.new_user": OWNER,
    "GET accounts.user": OWNER,
    "POST accounts.user": OWNER,
    "GET accounts.deactivate_user": OWNER,
    "POST accounts.deactivate_user": OWNER,
    "POST accounts.reactivate_user": OWNER,
    # settings
    "GET settings.store": OWNER,
    "POST settings.store": OWNER,
    # catalog
    "GET catalog.products": SIGNED_IN,
    "GET catalog.product": SIGNED_IN,
    "GET catalog.new": SIGNED_IN,
    "POST catalog.new": SIGNED_IN,
    "GET catalog.edit": SIGNED_IN,
    "POST catalog.edit": SIGNED_IN,
    "GET catalog.discontinue": SIGNED_IN,
    "POST catalog.discontinue": SIGNED_IN,
    "POST catalog.bring_back": SIGNED_IN,
    "POST catalog.move_stock": SIGNED_IN,
    "GET catalog.alerts": SIGNED_IN,
    "GET catalog.export_csv": SIGNED_IN,
    "GET catalog.export_xlsx": SIGNED_IN,
    # imports
    "GET imports.upload": SIGNED_IN,
    "POST imports.upload": SIGNED_IN,
    "GET imports.look": SIGNED_IN,
    "GET imports.progress": SIGNED_IN,
    "POST imports.decide": SIGNED_IN,
    "POST imports.take": SIGNED_IN,
    "POST imports.discard": SIGNED_IN,
    "GET imports.rows": SIGNED_IN,
    "GET imports.rows_csv": SIGNED_IN,
    # sales
    "GET sales.bills": AT_THE_TILL,
    "GET sales.bill": AT_THE_TILL,
    "GET sales.receipt": AT_THE_TILL,
    "POST sales.print_receipt": AT_THE_TILL,
    # till
    "GET till.cart": AT_THE_TILL,
    "GET till.customers": AT_THE_TILL,
    "GET till.home": AT_THE_TILL,
    "GET till.search": AT_THE_TILL,
    "GET till.sheet_of": AT_THE_TILL,
    "POST till.accept_prices": AT_THE_TILL,
    "POST till.add": AT_THE_TILL,
    "POST till.add_customer": AT_THE_TILL,
    "POST till.change": AT_THE_TILL,
    "POST till.discard": AT_THE_TILL,
    "POST till.discount": AT_THE_TILL,
    "POST till.hold": AT_THE_TILL,
    "POST till.name": AT_THE_TILL,
    "POST till.new": AT_THE_TILL,
    "POST till.note": AT_THE_TILL,
    "POST till.points": AT_THE_TILL,
    "POST till.remove": AT_THE_TILL,
    "POST till.resume": AT_THE_TILL,
    "POST till.scan": AT_THE_TILL,
    "POST till.set_customer": AT_THE_TILL,
    "POST till.undo": AT_THE_TILL,
}
