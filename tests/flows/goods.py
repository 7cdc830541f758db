"""Two catalogues as shops get them: a price list of sixty goods with codes, and a long one without."""

from __future__ import annotations

import csv
import os
import random
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path

SHOP_LIST = "patel_rmart_products.csv"
LONG_LIST = "bigbasket_products.csv"
LONG_LIST_ROWS = 2000
# Code, name, pack, offer price, MRP, category, which the list does not tell. Without a code the packet has a barcode.
PRICE_LIST = """\
4968|Chana Dal (loose)|1 KG|88|92|Dals & Pulses
M3|Moong Whole 250 Gm|250 GM|42|45|Dals & Pulses
MD2|Moong Dal 250 Gm|250 GM|40|44|Dals & Pulses
B2|Besan 500 Gm|500 GM|56|60|Atta & Grains
JP1|Jada Poha 1 Kg|1 KG|71|78|Atta & Grains
SB2|Sabudana 500 Gm|500 GM|41.50|45|Atta & Grains
3707|Kolam Rice 1 Kg|1 KG|74|80|Atta & Grains
2050|Sharbati Wheat 1 Kg|1 KG|45|48|Atta & Grains
6618|Toor Dal 500 Gm|500 GM|82|88|Dals & Pulses
5135|Coriander Whole 500 Gm|500 GM|128|140|Masala & Salt
2094|Mustard Seed 100 Gm|100 GM|22|28|Masala & Salt
2746|Black Salt 100 Gm|100 GM|13|20|Masala & Salt
1962|Kasuri Methi 25 Gm|25 GM|28.70|32|Masala & Salt
7011|Jaggery Block 1 Kg|1 KG|68|75|Sugar & Jaggery
7012|Groundnut Bold 500 Gm|500 GM|104|112|Snacks & Biscuits
7013|Rajma Chitra 500 Gm|500 GM|79|86|Dals & Pulses
|Masala Noodles 560 Gm|560 GM|104|116|Snacks & Biscuits
|Iodised Salt 1 Kg|1 KG|27.65|30|Masala & Salt
|Chaat Masala 100 Gm|100 GM|81.40|87|Masala & Salt
|Kitchen Masala 100 Gm|100 GM|90.25|96|Masala & Salt
|Ginger Garlic Paste 200 Gm|200 GM|43.60|48|Masala & Salt
|Jaggery Powder 500 Gm|500 GM|61|70|Sugar & Jaggery
|Handwash Refill 175 Ml|175 ML|48.50|52|Soap & Care
|Bath Soap Rose 4 x 125 Gm|500 GM|162|180|Soap & Care
|Balm 8 Gm|8 GM|46|50|Soap & Care
|Rice Bran Oil 5 L Jar|5 LT|845|990|Oil & Ghee
|Groundnut Oil 1 L|1 LT|192|210|Oil & Ghee
|Fabric Conditioner Blue 860 Ml|860 ML|208|240|Cleaning
|Detergent Bar 145 Gm|145 GM|9.90|10|Cleaning
|Washing Powder 1.5 Kg|1 KG|214|240|Cleaning
|Floor Cleaner Lavender 500 Ml|500 ML|118.50|129|Cleaning
|Dish Wash Round 500 Gm|500 GM|46|52|Cleaning
|Glucose Biscuits 112 Gm|112 GM|28.50|30|Snacks & Biscuits
|Jam Biscuits 150 Gm|150 GM|36|40|Snacks & Biscuits
|Eggless Mayonnaise 100 Gm|100 GM|38|44|Snacks & Biscuits
|Rolled Oats 1 Kg|1 KG|182|205|Atta & Grains
|Cranberry Nectar 1 L|1 LT|118|135|Drinks
|Lemon Soda 2.25 L|2 LT|84|95|Drinks
|Banana Chips Yellow 500 Gm|500 GM|176|210|Snacks & Biscuits
|Lite Chivda 150 Gm|150 GM|38|42|Snacks & Biscuits
|Garden Tea 100 Gm|100 GM|57.40|62|Drinks
|Udid Papad 500 Gm|500 GM|172|185|Snacks & Biscuits
|Toothpaste Fresh Gel 150 Gm|150 GM|96.75|108|Soap & Care
|Neem Soap 100 Gm|100 GM|35.60|38|Soap & Care
|Milk Powder 500 Gm|500 GM|265|280|Dairy
|Paneer 200 Gm|200 GM|88|92|Dairy
|Curd Cup 400 Gm|400 GM|42|45|Dairy
|Butter 100 Gm|100 GM|58|62|Dairy
|Ghee Tin 1 L|1 LT|615|650|Oil & Ghee
|Sugar 1 Kg|1 KG|46|49|Sugar & Jaggery
|Maida 500 Gm|500 GM|27|30|Atta & Grains
|Rava 500 Gm|500 GM|29|33|Atta & Grains
|Chakki Atta 5 Kg|5 KG|245|275|Atta & Grains
|Turmeric Powder 100 Gm|100 GM|31.20|36|Masala & Salt
|Red Chilli Powder 100 Gm|100 GM|47.80|54|Masala & Salt
|Jeera 100 Gm|100 GM|45|52|Masala & Salt
|Agarbatti Sandal 100 Sticks|100 GM|50|55|Pooja
|Matchbox Pack of 10|1 NO|18|20|Pooja
|Camphor 50 Gm|50 GM|92|105|Pooja
|Instant Coffee 50 Gm|50 GM|158|175|Drinks
"""
CATEGORIES = {
    "Snacks & Branded Foods": ("Biscuits", "Namkeen", "Noodles"),
    "Beauty & Hygiene": ("Hair Care", "Bath, Soap & Wash"),
    "Kitchen, Garden & Pets": ("Storage & Accessories", "Crockery"),
    "Cleaning & Household": ("Detergents", "Pooja Needs"),
    "Foodgrains, Oil & Masala": ("Dals & Pulses", "Masalas"),
}
BRANDS = ("Annapurna", "Shubh Labh", "Green Leaf", "Sri Ganesh ", "Daily Pick")
THINGS = ("Glass Jar", "Herbal Shampoo", "Roasted Chana", "Brass Diya", "Ragi Flour", "Floor Wiper", "Mango Pickle")


@dataclass(frozen=True, slots=True)
class Good:
    """One row of a shop's price list: what the till is given for it, and what it costs."""

    plu: str
    code: str
    name: str
    pack: str
    price: Decimal
    mrp: Decimal

    @property
    def is_loose(self) -> bool:
        """Weighed out at the till."""
        return "(loose)" in self.name


@dataclass(frozen=True, slots=True)
class Catalogues:
    """The two files, and how many products each holds."""

    shop_list: Path
    long_list: Path
    long_rows: int
    long_products: int

    @property
    def goods(self) -> list[Good]:
        """The goods of the shop's price list."""
        with self.shop_list.open(newline="", encoding="utf-8") as file:
            return [
                Good(
                    row["p_code"],
                    row["barcode"],
                    row["item_name"],
                    row["pack_size"],
                    Decimal(row["product_offer_price"]),
                    Decimal(row["product_mrp"]),
                )
                for row in csv.DictReader(file)
            ]

    def basket(self) -> list[Good]:
        """Ten goods that a customer buys: short codes, the shop's own, EANs, one of them loose."""
        goods = self.goods
        loose = next(good for good in goods if good.is_loose)
        own = next(good for good in goods if good.code == "M3")
        others = [good for good in goods if good not in (loose, own) and not good.is_loose]
        cheap = [good for good in others if good.price < 120]
        return [*cheap[:4], own, loose, *cheap[-4:]]


def catalogues(folder: Path) -> Catalogues:
    """The real files that POS_CATALOGUES names the folder of, else two that are written into this one."""
    real = os.environ.get("POS_CATALOGUES")
    where = Path(real) if real else folder
    if not real:
        _write(where / SHOP_LIST, [_shop_header(), *_shop_rows()])
        _write(where / LONG_LIST, [_long_header(), *_long_rows()])
    with (where / LONG_LIST).open(newline="", encoding="utf-8") as file:
        names = [row["product"] for row in csv.DictReader(file)]
    return Catalogues(where / SHOP_LIST, where / LONG_LIST, len(names), sum(bool(name.strip()) for name in names))


def _shop_header() -> list[str]:
    return ["p_code", "barcode", "item_name", "pack_size", "product_offer_price", "product_mrp"]


def _shop_rows() -> list[list[str]]:
    rows = [line.split("|") for line in PRICE_LIST.splitlines()]
    return [[str(1100 + number), row[0] or _ean(number), *row[1:5]] for number, row in enumerate(rows)]


def _ean(number: int) -> str:
    """A thirteen-digit barcode with its check digit, from the country prefix of India."""
    digits = f"890{number:09}"
    odd, even = digits[::2], digits[1::2]
    return digits + str(-(sum(map(int, odd)) + 3 * sum(map(int, even))) % 10)


def _long_header() -> list[str]:
    return ["index", "product", "category", "sub_category", "brand", "sale_price", "market_price", "type", "rating"]


def _long_rows() -> list[list[str]]:
    """Names that repeat, commas and line breaks in cells, and one row that nobody named."""
    chance = random.Random(4968)
    rows = [_long_row(number, chance) for number in range(1, LONG_LIST_ROWS + 1)]
    rows[1200][1] = ""
    return rows


def _long_row(number: int, chance: random.Random) -> list[str]:
    category = chance.choice(list(CATEGORIES))
    brand, thing = chance.choice(BRANDS), chance.choice(THINGS)
    name = f"{thing} - {chance.choice(('Small', 'Large, No.2', 'Family Pack'))} {number % 400}"
    if number % 97 == 0:
        name += "\n(new pack)"
    market = chance.randint(20, 900)
    sale = market - chance.randint(0, market // 4)
    kind = f"{thing}, {brand.strip()}"
    rating = f"{chance.randint(10, 50) / 10}" if chance.random() < 0.7 else ""
    sub = chance.choice(CATEGORIES[category])
    return [str(number), name, category, sub, brand, str(sale), str(market), kind, rating]


def _write(file: Path, rows: list[list[str]]) -> None:
    with file.open("w", newline="", encoding="utf-8") as out:
        csv.writer(out).writerows(rows)
