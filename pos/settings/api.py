"""Settings endpoints of the API (PLAN.md 3.7)."""

from __future__ import annotations

from typing import Any

from marshmallow import fields, validate

from pos.core.api.door import ApiBlueprint, acting, answer, enveloped, for_whom
from pos.core.api.fields import BodySchema, CamelSchema, Moment, Percent, Quantity, Rupees, WholeNumber, YesNo
from pos.core.language import LANGUAGES
from pos.settings import right_time, store
from pos.settings.models import GST_MODES, PAPER_SIZES

blueprint = ApiBlueprint("settings", description="The store's name, tax terms, receipt texts and rules.")


YES_NO = ("prices_include_tax", "round_to_rupee", "loyalty_enabled", "cash_sessions_enabled")


def _terms() -> dict[str, fields.Field[Any]]:
    """Every term of the store as a field: the same for what is read and what is written."""
    text = ("contact_number", "address", "receipt_header", "receipt_footer", "gstin", "upi_id", "upi_name")
    return {
        "store_name": fields.String(metadata={"example": "Asha Kirana"}),
        **{name: fields.String(allow_none=True) for name in text},
        "currency_symbol": fields.String(metadata={"example": "₹"}),
        "tax_rate": Percent(metadata={"example": 5.00}),
        "min_stock_default": Quantity(metadata={"example": 10}),
        "timezone": fields.String(metadata={"example": "Asia/Kolkata"}),
        "language": fields.String(validate=validate.OneOf(tuple(LANGUAGES))),
        "gst_mode": fields.String(validate=validate.OneOf(GST_MODES)),
        "receipt_size": fields.String(validate=validate.OneOf(PAPER_SIZES)),
        "bill_year_start_month": WholeNumber(validate=validate.Range(1, 12)),
        "expiry_alert_days": WholeNumber(validate=validate.Range(1, 365)),
        "loyalty_rupees_per_point": Rupees(),
        "loyalty_point_worth": Rupees(),
        "credit_limit_default": Rupees(metadata={"example": 5000.00}),
        "cashier_discount_cap": Percent(allow_none=True, metadata={"example": 10.00}),
        **{name: YesNo() for name in YES_NO},
    }


SettingsSchema = CamelSchema.from_dict(_terms(), name="Settings")
SettingsArgs = BodySchema.from_dict(_terms(), name="ChangedSettings")


class ClockSchema(CamelSchema):
    """What the shop's clock shows, beside the newest number."""

    now = Moment()
    newest = Moment(allow_none=True)
    stops = YesNo()


ClockAnswer = enveloped("Clock", clock=fields.Nested(ClockSchema))
SettingsAnswer = enveloped("Settings", settings=fields.Nested(SettingsSchema))


@blueprint.get("/settings")
@blueprint.response(200, SettingsAnswer)
@for_whom("change_settings")
def settings() -> dict[str, Any]:
    """The store's terms (owner only)."""
    return answer(settings=store.current())


@blueprint.put("/settings")
@blueprint.arguments(SettingsArgs)
@blueprint.response(200, SettingsAnswer)
@for_whom("change_settings")
def change(asked: dict[str, Any]) -> dict[str, Any]:
    """Change the named terms of the store (owner only); those not named stay."""
    return answer(settings=store.change_settings(acting(), asked))


@blueprint.get("/settings/clock")
@blueprint.response(200, ClockAnswer)
@for_whom("change_settings")
def clock() -> dict[str, Any]:
    """Whether the clock went back behind the newest bill or receipt, so that nothing is numbered (owner only)."""
    return answer(clock=right_time.standing(acting()))


@blueprint.post("/settings/clock")
@blueprint.response(200, ClockAnswer)
@for_whom("change_settings")
def accept_clock() -> dict[str, Any]:
    """The owner's word that the clock is right: numbers go on from now (owner only)."""
    return answer(clock=right_time.accept_clock(acting()))
