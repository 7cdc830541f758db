"""Bill numbers; their rules hold for every series and stand in `pos.core.numbering`."""

from pos.core.numbering import BillCounter, Number, bill_year, next_number

__all__ = ["BillCounter", "Number", "bill_year", "next_number"]
