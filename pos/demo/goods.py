"""The shelf: some three hundred goods as Indian shops have them, and as many more in their kind as are asked for."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date, timedelta
from itertools import count, islice
from pathlib import Path
from random import Random

from pos.catalog.barcodes import check_digit
from pos.catalog.models import LOOSE_UNITS
from pos.core.money import rupees, to_paise

SHELF = Path(__file__).with_name("goods.psv")
COUNTED = ("pcs", "dozen", "packet")
# GS1 gives the numbers that begin so to firms in India.
INDIA = "890"
# What makes one good many: other makers, their sorts and sizes.
MAKERS = (
    "Annapurna|Surya|Gokul|Kaveri|Himgiri|Malabar|Deccan|Shakti|Nilgiri|Ganga|Saras|Vrinda|Konkan|Aravali|Triveni"
    "|Sahyadri|Chandan|Utsav|Apna|Swad|Rasoi|Godavari|Narmada|Panchvati|Vasant|Mayur|Kesari|Lotus|Tulip|Royal"
)
SWEET = "Classic|Kesar|Elaichi|Mango|Orange|Chocolate|Vanilla|Strawberry|Rose|Almond|Honey|Coconut"
SALTED = "Classic|Masala|Pudina|Tomato|Chilli|Garlic|Pepper|Ginger|Lemon|Jeera|Peri Peri|Achaari"
SCENTED = "Classic|Lemon|Rose|Neem|Sandal|Jasmine|Lavender|Aloe|Tulsi|Mint|Active|Gentle"
PLAIN = "Classic|Premium|Select|Gold|Special|Fresh|Natural|Organic|Superior|Daily|Choice|Reserve"
SIZES = "|Family Pack|Value Pack|Twin Pack"


@dataclass(frozen=True, slots=True)
class Kind:
    """What goods of one category share: GST in percent, HSN code, the shop's margin, days they keep, sorts."""

    tax: str
    hsn: str
    margin: int
    keeps: int | None
    sorts: str = PLAIN


KINDS = {
    "Staples": Kind("5", "1101", 8, None),
    "Pulses": Kind("5", "0713", 9, None),
    "Oil & Ghee": Kind("5", "1512", 7, 270),
    "Spices": Kind("5", "0910", 14, 365, SALTED),
    "Tea & Coffee": Kind("5", "0902", 10, 365),
    "Dairy": Kind("5", "0401", 6, 4),
    "Bread & Eggs": Kind("0", "1905", 8, 4),
    "Biscuits": Kind("18", "1905", 11, 150, SWEET),
    "Snacks": Kind("12", "2106", 12, 90, SALTED),
    "Noodles & Ready": Kind("12", "1902", 11, 240, SALTED),
    "Sauces & Spreads": Kind("12", "2103", 13, 300, SALTED),
    "Chocolates & Sweets": Kind("18", "1806", 13, 200, SWEET),
    "Cold Drinks": Kind("28", "2202", 12, 120, SWEET),
    "Ice Cream": Kind("18", "2105", 15, 180, SWEET),
    "Dry Fruits": Kind("12", "0801", 14, 240),
    "Soap & Shampoo": Kind("18", "3401", 10, None, SCENTED),
    "Personal Care": Kind("18", "3306", 12, None, SCENTED),
    "Laundry": Kind("18", "3402", 9, None, SCENTED),
    "Cleaning": Kind("18", "3402", 11, None, SCENTED),
    "Household": Kind("12", "3605", 18, None),
    "Baby Care": Kind("12", "9619", 9, 400, PLAIN),
    "Vegetables": Kind("0", "0709", 22, None),
}


@dataclass(frozen=True, slots=True)
class Good:
    """One good: money in whole paise, `weight` is how much it is wanted beside the others."""

    name: str
    brand: str | None
    category: str
    pack_size: str | None
    unit: str
    price: int
    mrp: int | None
    cost: int
    barcode: str | None
    code: str | None
    weight: int

    @property
    def kind(self) -> Kind:
        """What its category says of it."""
        return KINDS[self.category]

    def expires(self, place: int, today: date) -> date | None:
        """The day printed on what stands in front: a few are over, some soon, most later."""
        keeps = self.kind.keeps
        return None if keeps is None else today + timedelta(days=place * 7919 % (keeps + 3) - 1)

    @property
    def is_loose(self) -> bool:
        """True when it is weighed or measured."""
        return self.unit in LOOSE_UNITS


def shelf(how_many: int, chance: Random) -> list[Good]:
    """So many goods, each with a name and a barcode or short code of its own; the best known come first."""
    known = list(_known(chance))
    return [*known[:how_many], *islice(_further(known, chance), max(0, how_many - len(known)))]


def _known(chance: Random) -> Iterator[Good]:
    numbers, codes = count(1), count(101)
    for line in SHELF.read_text(encoding="utf-8").splitlines():
        category, brand, name, packs, weight = line.split("|")
        for place, pack in enumerate(packs.split(";")):
            size, price = pack.split("=")
            # Small packs sell most.
            wanted = 10 * int(weight) // (1 + place)
            if size in (*LOOSE_UNITS, *COUNTED) and not brand:
                yield _good(category, None, name, None, size, price, wanted, None, str(next(codes)), chance)
            else:
                unit = size if size in COUNTED else "pcs"
                shown = None if size in COUNTED else size
                barcode = barcode_of(next(numbers))
                yield _good(category, brand or None, name, shown, unit, price, wanted, barcode, None, chance)


def _good(
    category: str,
    brand: str | None,
    name: str,
    pack: str | None,
    unit: str,
    price: str,
    weight: int,
    barcode: str | None,
    code: str | None,
    chance: Random,
) -> Good:
    whole = " ".join(part for part in (None if brand and name.startswith(brand) else brand, name, pack) if part)
    asked = to_paise(rupees(price))
    mrp = None if code else asked
    if mrp and mrp >= 4000 and chance.random() < 0.25:
        # Some shops sell a little below the printed price, in whole rupees.
        asked = mrp * chance.randint(95, 98) // 10000 * 100
    cost = _cost(asked, KINDS[category], chance.randint(-2, 2))
    return Good(whole, brand, category, pack, unit, asked, mrp, cost, barcode, code, weight)


def _cost(asked: int, kind: Kind, more: int = 0) -> int:
    """What the shop paid, in paise without GST, for goods whose shelf price has GST in it."""
    return max(1, asked * (100 - kind.margin - more) // (100 + int(kind.tax)))


def _further(known: list[Good], chance: Random) -> Iterator[Good]:
    """More of the packed goods, of other makers and in other sorts and sizes, each wanted less than the one before."""
    # The maker is another, the goods are the same: what stands before their name goes.
    packed = {good.name.removeprefix(f"{good.brand} "): good for good in known if good.barcode}
    bare, makers, sizes = list(packed), MAKERS.split("|"), SIZES.split("|")
    for number in count():
        turn, place = divmod(number, len(packed))
        good = packed[bare[place]]
        sorts = good.kind.sorts.split("|")
        sort, maker = divmod(turn, len(makers))
        size, sort = divmod(sort, len(sorts))
        again, size = divmod(size, len(sizes))
        price = max(100, good.price * chance.randint(70, 160) // 10000 * 100) * (1 + size)
        words = (makers[maker], sorts[sort], bare[place], sizes[size], str(again + 1) if again else "")
        yield replace(
            good,
            name=" ".join(filter(None, words)),
            brand=makers[maker],
            price=price,
            mrp=price,
            cost=_cost(price, good.kind),
            barcode=barcode_of(len(known) + number + 1),
            weight=max(1, good.weight // (2 + turn)),
        )


def barcode_of(number: int) -> str:
    """An EAN-13 with its right check digit; another for each number up to 9,99,99,999."""
    # The makers' numbers lie apart, as on a real shelf.
    digits = f"{INDIA}{1000 + number * 37 % 8999:04d}{number % 100_000:05d}"
    return digits + check_digit(digits)
