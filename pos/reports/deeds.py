"""The entries of the audit log as sentences that an owner reads: who did what to what."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from decimal import Decimal, InvalidOperation
from typing import Any

from pos.accounts.roles import COMMAND_LINE
from pos.core.language import gettext as _
from pos.core.language import lazy_gettext as _l
from pos.core.language import local_date, local_time, ngettext
from pos.core.money import format_rupees
from pos.reports import door_deeds
from pos.reports.door_deeds import Change
from pos.reports.first_steps import TITLES
from pos.sales.words import method_name

# What an entry can be about, by its subject's type.
KINDS: dict[str, str] = {
    "sale": _l("Bills"),
    "customer": _l("Customers and khata"),
    "product": _l("Products and stock"),
    "goods_receipt": _l("Goods received"),
    "stock_take": _l("Stock counted"),
    "product_import": _l("Imports of products"),
    "customer_import": _l("Imports of customers"),
    "cash_session": _l("Cash drawer"),
    "user": _l("People"),
    "session": _l("Signing in and out"),
    "store": _l("Settings"),
    "first_step": _l("First steps"),
    "starter_list": _l("Starter list"),
    "backup": _l("Backups"),
}


def sentence(action: str, who: str, what: str, change: Change) -> str:
    """What was done, in one sentence; `what` is how the subject is called, `who` is empty for a stranger."""
    make = DEEDS.get(action)
    told = {"who": _called(who), "what": what}
    if make is None:
        # An entry of another version of the program: its own words are better than none.
        return _("%(who)s: %(action)s %(what)s", action=action, **told).strip()
    return make(told, change)


def _called(who: str) -> str:
    return _("The command line") if who == COMMAND_LINE.name else who or _("Somebody")


def _plain(text: str) -> Callable[[dict[str, str], Change], str]:
    return lambda told, _change: str(text) % told


def _with(text: str, *names: str) -> Callable[[dict[str, str], Change], str]:
    """A sentence that shows some of the change as it stands; what is missing stays empty."""
    return lambda told, change: (str(text) % {**told, **{name: change.get(name) or "" for name in names}}).rstrip(" :")


def _money(text: str, *names: str, shown: tuple[str, ...] = ()) -> Callable[[dict[str, str], Change], str]:
    def make(told: dict[str, str], change: Change) -> str:
        amounts = {name: _rupees(change.get(name)) for name in names}
        return (str(text) % {**told, **amounts, **{name: change.get(name) or "" for name in shown}}).rstrip(" :")

    return make


def _rupees(value: Any) -> str:
    try:
        return format_rupees(Decimal(str(value)))
    except InvalidOperation:
        return str(value or "")


def _sold(told: dict[str, str], change: Change) -> str:
    amounts = {name: _rupees(change.get(name)) for name in ("total", "credit")}
    if Decimal(str(change.get("credit") or 0)) > 0:
        return _("%(who)s made bill %(what)s of %(total)s, %(credit)s of it on khata", **told, **amounts)
    return _("%(who)s made bill %(what)s of %(total)s", **told, total=amounts["total"])


def _paid(told: dict[str, str], change: Change) -> str:
    how = str(change.get("method", ""))
    facts = {"amount": _rupees(change.get("amount")), "receipt": change.get("receipt", "")}
    return _("%(who)s took %(amount)s from %(what)s (%(how)s), receipt %(receipt)s", **told, **facts, how=_method(how))


def _promised(text: str) -> Callable[[dict[str, str], Change], str]:
    return lambda told, change: (
        str(text) % {**told, "amount": _rupees(change.get("amount")), "day": _moment(change.get("by"))}
    )


def _method(method: str) -> str:
    try:
        return method_name(method)
    except KeyError:
        return method


def _cash_moved(told: dict[str, str], change: Change) -> str:
    facts = {"amount": _rupees(change.get("amount")), "reason": change.get("reason") or ""}
    if change.get("direction") == "IN":
        return _("%(who)s put %(amount)s into the drawer of %(what)s: %(reason)s", **told, **facts)
    return _("%(who)s took %(amount)s out of the drawer of %(what)s: %(reason)s", **told, **facts)


def _closed(told: dict[str, str], change: Change) -> str:
    difference = Decimal(str(change.get("difference") or 0))
    facts = {"counted": _rupees(change.get("counted")), "off": _rupees(abs(difference))}
    if difference < 0:
        return _("%(who)s closed the drawer of %(what)s with %(counted)s, %(off)s short", **told, **facts)
    if difference > 0:
        return _("%(who)s closed the drawer of %(what)s with %(counted)s, %(off)s over", **told, **facts)
    return _("%(who)s closed the drawer of %(what)s with %(counted)s, to the rupee", **told, **facts)


def _goods(told: dict[str, str], change: Change) -> str:
    count = len(change.get("lines") or ())
    return ngettext(
        "%(who)s received goods: %(num)s product", "%(who)s received goods: %(num)s products", count, **told
    )


def _started(told: dict[str, str], change: Change) -> str:
    count = len(change.get("products") or ())
    return ngettext(
        "%(who)s took %(num)s product over from the starter list",
        "%(who)s took %(num)s products over from the starter list",
        count,
        **told,
    )


def _step(text: str) -> Callable[[dict[str, str], Change], str]:
    return lambda told, change: str(text) % {**told, "step": TITLES.get(str(change.get("step")), "")}


def _counted(told: dict[str, str], change: Change) -> str:
    count = int(change.get("counted") or 0)
    facts = {**told, "off": len(change.get("lines") or ())}
    return ngettext(
        "%(who)s counted %(num)s product; %(off)s differed",
        "%(who)s counted %(num)s products; %(off)s differed",
        count,
        **facts,
    )


def _stock(told: dict[str, str], change: Change) -> str:
    before, after = (change.get("from_to") or ("", ""))[:2]
    facts = {"before": _short(before), "after": _short(after), "notes": change.get("notes") or ""}
    return _("%(who)s changed the stock of %(what)s from %(before)s to %(after)s: %(notes)s", **told, **facts).rstrip(
        " :"
    )


def _short(quantity: Any) -> str:
    text = str(quantity)
    return text.rstrip("0").rstrip(".") if "." in text else text


def _imported(text: str) -> Callable[[dict[str, str], Change], str]:
    return lambda told, change: (str(text) % {**told, "file": change.get("file") or ""}).rstrip(" :")


def _clock_accepted(told: dict[str, str], change: Change) -> str:
    times = {name: _moment(change.get(name)) for name in ("from", "to")}
    return _("%(who)s said that the clock is right, set back from %(from)s to %(to)s", **told, **times)


def _moment(value: Any) -> str:
    try:
        moment, is_day = datetime.fromisoformat(str(value)), len(str(value)) == len("2026-11-27")
        return local_date(moment.date()) if is_day else local_time(moment)
    except ValueError:
        return str(value or "")


DEEDS: dict[str, Callable[[dict[str, str], Change], str]] = {
    "sale.completed": _sold,
    "sale.voided": _with(_l("%(who)s voided bill %(what)s: %(reason)s"), "reason"),
    "sale.returned": _money(
        _l("%(who)s took goods of bill %(what)s back for %(total)s, %(number)s: %(reason)s"),
        "total",
        shown=("number", "reason"),
    ),
    "sale.printed": _with(_l("%(who)s printed bill %(what)s on %(size)s"), "size"),
    "sale.notes_changed": _plain(_l("%(who)s changed the notes of bill %(what)s")),
    "customer.added": _plain(_l("%(who)s added the customer %(what)s")),
    "customer.changed": _plain(_l("%(who)s changed the customer %(what)s")),
    "credit.paid": _paid,
    "credit.opened": _money(_l("%(who)s opened the khata of %(what)s with %(amount)s"), "amount"),
    "credit.corrected": _money(
        _l("%(who)s corrected the khata of %(what)s from %(from)s to %(to)s: %(reason)s"),
        "from",
        "to",
        shown=("reason",),
    ),
    "credit.reminded": _plain(_l("%(who)s reminded %(what)s of what is owed")),
    "credit.promised": _promised(_l("%(who)s wrote down that %(what)s pays %(amount)s by %(day)s")),
    "credit.promise_removed": _promised(_l("%(who)s removed the promise of %(what)s to pay %(amount)s by %(day)s")),
    "customers.imported": _imported(_l("%(who)s imported customers from a file: %(file)s")),
    "product.added": _plain(_l("%(who)s added the product %(what)s")),
    "product.changed": _plain(_l("%(who)s changed the product %(what)s")),
    "product.discontinued": _plain(_l("%(who)s took the product %(what)s off the till")),
    "product.brought_back": _plain(_l("%(who)s put the product %(what)s on sale again")),
    "products.imported": _imported(_l("%(who)s imported products from a file: %(file)s")),
    "products.starter_taken": _started,
    "stock.moved": _stock,
    "stock.taken": _counted,
    "goods.received": _goods,
    "drawer.opened": _money(_l("%(who)s opened the drawer of %(what)s with %(float)s"), "float"),
    "drawer.cash_moved": _cash_moved,
    "drawer.closed": _closed,
    "user.added": door_deeds.hired,
    "user.changed": door_deeds.person_changed,
    "user.password_changed": _plain(_l("%(who)s chose a new password")),
    "user.two_factor_on": _plain(_l("%(who)s switched two-factor sign-in on")),
    "user.two_factor_off": _plain(_l("%(who)s switched two-factor sign-in off for %(what)s")),
    "user.recovery_codes_made": _plain(_l("%(who)s made new recovery codes")),
    "user.recovery_code_used": _with(_l("%(who)s signed in with a recovery code, of which %(left)s are left"), "left"),
    "display.opened": _plain(_l("%(who)s opened a customer's display")),
    "display.closed": _plain(_l("%(who)s closed the customer's displays")),
    "session.started": door_deeds.came_in,
    "session.renewed": _with(_l("%(who)s renewed a program's token from %(address)s"), "address"),
    "session.ended": _plain(_l("%(who)s signed out")),
    "session.refused": _with(_l("%(who)s could not sign in as %(email)s from %(address)s"), "email", "address"),
    "access.denied": _with(_l("%(who)s was refused %(path)s"), "path"),
    "user.pin_set": _plain(_l("%(who)s chose a PIN")),
    "user.pin_removed": _plain(_l("%(who)s removed the PIN of %(what)s")),
    "session.changed_places": door_deeds.changed_places,
    "session.pin_refused": door_deeds.pin_refused,
    "session.locked": _plain(_l("%(who)s locked the till")),
    "session.shut": _plain(_l("%(who)s signed a browser or program of %(what)s out")),
    "session.all_shut": _plain(_l("%(who)s signed %(what)s out everywhere")),
    "clock.accepted": _clock_accepted,
    "settings.opened": _plain(_l("%(who)s set the shop up")),
    "settings.changed": _plain(_l("%(who)s changed the settings")),
    "settings.logo_changed": _plain(_l("%(who)s put another logo on the bills")),
    "settings.logo_removed": _plain(_l("%(who)s took the logo off the bills")),
    "guide.shown": _plain(_l("%(who)s put the first steps on the page Today")),
    "guide.put_away": _plain(_l("%(who)s put the first steps away")),
    "first_step.skipped": _step(_l("%(who)s skipped the first step “%(step)s”")),
    "first_step.taken_up": _step(_l("%(who)s took up the first step “%(step)s” again")),
    "report.first_opened": _plain(_l("%(who)s opened a report for the first time")),
    "demo.opened": _plain(_l("%(who)s filled the shop for a demonstration")),
    "backup.taken_along": _with(_l("%(who)s downloaded the backup %(file)s"), "file"),
    "backup.brought_in": _with(_l("%(who)s brought in the backup %(file)s"), "file"),
    "shop.restored": _with(_l("%(who)s restored the shop from %(file)s"), "file"),
}
# What is searched for by name; the words are those of the sentences.
ACTIONS: dict[str, str] = {
    "sale.completed": _l("Bill made"),
    "sale.voided": _l("Bill voided"),
    "sale.returned": _l("Goods taken back"),
    "sale.printed": _l("Bill printed"),
    "product.changed": _l("Product changed"),
    "stock.moved": _l("Stock changed"),
    "credit.paid": _l("Payment taken"),
    "credit.corrected": _l("Khata corrected"),
    "drawer.closed": _l("Drawer closed"),
    "settings.changed": _l("Settings changed"),
    "clock.accepted": _l("Clock set back"),
    "user.changed": _l("Person changed"),
    "session.started": _l("Signed in"),
    "session.refused": _l("Sign-in refused"),
    "access.denied": _l("Access denied"),
}
