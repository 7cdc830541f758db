"""Fields of requests and answers: PLAN.md's camelCase names, money and quantities as exact numbers."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

from marshmallow import RAISE, Schema, ValidationError, fields, pre_load

from pos.core import money
from pos.core.text import tidy


def camel(name: str) -> str:
    """`stock_quantity` as `stockQuantity`."""
    first, *rest = name.split("_")
    return first + "".join(part.capitalize() for part in rest)


class CamelSchema(Schema):
    """A schema whose names are camelCase outside and snake_case inside; it refuses fields it does not know."""

    class Meta:
        """Marshmallow's own settings."""

        unknown = RAISE

    def on_bind_field(self, field_name: str, field_obj: fields.Field[Any]) -> None:
        """Give each field its outside name."""
        field_obj.data_key = camel(field_obj.data_key or field_name)

    def get_attribute(self, obj: Any, attr: str, default: Any) -> Any:
        """A field's value. Rows are asked at once; marshmallow first tries each as a mapping, which costs a refusal."""
        if type(obj) is dict:
            return obj.get(attr, default)
        return getattr(obj, attr, default) if isinstance(obj, tuple) else super().get_attribute(obj, attr, default)


class BodySchema(CamelSchema):
    """A request's body: an empty text for an optional field means none (DESIGN.md 8)."""

    @pre_load
    def empty_is_none(self, data: Any, **_kwargs: Any) -> Any:
        """Take empty texts for none where the field may be none."""
        if not isinstance(data, Mapping):
            return data
        optional = {f.data_key for f in self.fields.values() if f.allow_none}
        return {name: None if value == "" and name in optional else value for name, value in data.items()}


class _Exact(fields.Field[Decimal]):
    """An exact number: a JSON number or a numeric string in, a JSON number out."""

    read: Callable[[Any], Decimal]

    def _deserialize(self, value: Any, attr: str | None, data: Any, **kwargs: Any) -> Decimal:
        try:
            return type(self).read(value)
        except ValueError as error:
            raise ValidationError(str(error)) from error

    def _serialize(self, value: Decimal | None, attr: str | None, obj: Any, **kwargs: Any) -> Decimal | None:
        return value


class Rupees(_Exact):
    """Money in rupees with at most two decimals; out it always has both (`0.00`)."""

    read = staticmethod(money.rupees)

    def _serialize(self, value: Decimal | None, attr: str | None, obj: Any, **kwargs: Any) -> Decimal | None:
        return None if value is None else Decimal(value).quantize(money.PAISA)


class Quantity(_Exact):
    """A quantity with at most three decimals; whole numbers come out without decimals (`2`, not `2.000`)."""

    read = staticmethod(money.quantity)

    def _serialize(self, value: Decimal | None, attr: str | None, obj: Any, **kwargs: Any) -> Any:
        if value is None:
            return None
        return int(value) if value == value.to_integral_value() else value.normalize()


class Percent(_Exact):
    """A percent with at most two decimals."""

    read = staticmethod(money.rupees)


class Moment(fields.Field[datetime]):
    """A moment in UTC, ISO 8601 with Z."""

    def _deserialize(self, value: Any, attr: str | None, data: Any, **kwargs: Any) -> datetime:
        try:
            moment = datetime.fromisoformat(str(value))
            return moment.astimezone(UTC) if moment.tzinfo else moment.replace(tzinfo=UTC)
        except (ValueError, OverflowError) as error:
            raise ValidationError("Send a moment like 2026-11-03T14:30:00Z.") from error

    def _serialize(self, value: datetime | None, attr: str | None, obj: Any, **kwargs: Any) -> str | None:
        if value is None:
            return None
        return value.astimezone(UTC).isoformat(timespec="microseconds").replace("+00:00", "Z")


class Text(fields.String):
    """A text, tidied: no control characters, no doubled spaces."""

    def _deserialize(self, value: Any, attr: str | None, data: Any, **kwargs: Any) -> Any:
        return tidy(super()._deserialize(value, attr, data, **kwargs)) or ""


class YesNo(fields.Boolean):
    """A JSON boolean; texts and numbers that look like one are not."""

    def _deserialize(self, value: Any, attr: str | None, data: Any, **kwargs: Any) -> bool:
        if not isinstance(value, bool):
            raise self.make_error("invalid", input=value)
        return value


class WholeNumber(fields.Integer):
    """A whole number; `3.0` is one, as JSON Schema has it, `true` and `3.5` are not."""

    def _validated(self, value: Any) -> int:
        if isinstance(value, bool) or not re.fullmatch(r"-?\d{1,9}(\.0+)?", str(value)):
            raise self.make_error("invalid", input=value)
        return int(Decimal(str(value)))
