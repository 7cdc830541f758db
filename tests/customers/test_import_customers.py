"""Customers from a file, with what they owe: looked at first, taken once and whole; rule, pages and command."""

from __future__ import annotations

import io
from decimal import Decimal
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
from flask.testing import FlaskClient

from pos.core import audit
from pos.core.audit import AuditEntry
from pos.core.errors import Forbidden, Invalid, NotFound, Refused
from pos.core.ids import uuid7
from pos.customers import people
from pos.customers.importing import imports
from pos.customers.models import CreditTransaction, Customer
from pos.reports import books
from tests.catalog.product_files import as_csv, as_xlsx
from tests.customers.owing import debtor, ledger, owes, paid
from tests.shop import Shop

HEADER = ["Party Name", "Mobile No.", "Closing Balance", "Address", "Credit Limit"]
LIST = (
    HEADER,
    ["Ganesh Patil", "+91 98220 11111", "1,250.50 Dr", "Lane 4", ""],
    ["Sunil Mehta", "9822022222 / 9822022223", "7500", "Market", ""],
    ["रीता देवी", "9822055555", "", "पुणे", "3000"],
)


class Desk:
    """Where Ben brings files in."""

    def __init__(self, shop: Shop, uploads: Path) -> None:
        self.shop, self.uploads = shop, uploads

    def bring(self, *rows: Any, **choices: Any) -> UUID:
        import_id = imports.bring_in(self.shop.ben, self.uploads, "khata.csv", io.BytesIO(as_csv(*rows)))
        if choices:
            imports.decide(self.shop.ben, self.uploads, import_id, choices)
        return import_id

    def look(self, *rows: Any, **choices: Any) -> Any:
        found = imports.look(imports.find(self.shop.ben, self.uploads, self.bring(*rows, **choices)))
        assert found.result is not None, found.problem
        return found.result

    def take(self, *rows: Any, **choices: Any) -> dict[str, Any]:
        return imports.take(self.shop.ben, self.uploads, self.bring(*rows, **choices))

    def why(self, *rows: Any, **choices: Any) -> list[str]:
        """Why the rows of a file with name, phone, balance and limit are not taken."""
        header = ["name", "phone", "balance", "credit limit"]
        return [one.reason for one in self.look(header, *rows, **choices).aside]


@pytest.fixture
def desk(shop: Shop, tmp_path: Path) -> Desk:
    return Desk(shop, tmp_path / "uploads")


def test_everybody_comes_in_with_their_khata_open(shop: Shop, desk: Desk) -> None:
    outcome = desk.take(*LIST)
    assert (outcome["new"], outcome["updates"], outcome["bad"], outcome["owed"]) == (3, 0, 0, "8750.50")
    rows = {row.name: row for row in shop.rows(Customer)}
    told = {name: (row.phone_key, row.credit_balance, row.credit_limit) for name, row in rows.items()}
    assert told == {
        "Ganesh Patil": ("9822011111", Decimal("1250.50"), Decimal(5000)),
        # Who owes more than is usual may owe that much and no more.
        "Sunil Mehta": ("9822022222", Decimal(7500), Decimal(7500)),
        "रीता देवी": ("9822055555", Decimal(0), Decimal(3000)),
    }
    (entry,) = ledger(shop, rows["Ganesh Patil"].id)
    assert (entry.transaction_type, entry.created_by) == ("OPENING_BALANCE", shop.ben.id)
    assert entry.notes == "Opening balance, from khata.csv"
    assert people.look_up("220 111")[0].name == "Ganesh Patil"
    assert len(shop.rows(AuditEntry, action="customers.imported")) == 1
    assert list(books.differences()) == []


def test_looking_writes_nothing(shop: Shop, desk: Desk) -> None:
    assert desk.look(*LIST).counts() == {"new": 3, "updates": 0, "left": 0, "bad": 0}
    assert shop.rows(Customer) == []


@pytest.mark.parametrize(
    ("row", "why"),
    [
        (["", "9822011111", "", ""], "Name: Enter the customer's name."),
        (["A", "12345", "", ""], "Phone: Enter a phone number of 10 digits."),
        (["A", "", "200 Cr", ""], "Owes already: A balance is never below zero."),
        (["A", "", "12.345", ""], "Owes already: “12.345” is not an amount in rupees: write 20 or 20.50."),
        (["A", "", "900", "500"], "Credit limit: The limit cannot be below what is owed now, ₹900.00."),
        (["Total", "", "9,900", ""], "This line adds the list up; it is no customer."),
    ],
)
def test_a_row_that_cannot_be_taken_says_why(desk: Desk, row: list[str], why: str) -> None:
    assert desk.why(["Good", "9000000001", "", ""], row) == [why]


def test_the_same_phone_or_name_is_told_and_decided(shop: Shop, desk: Desk) -> None:
    shop.customer("Ganesh", "9822011111")
    shop.customer("No Phone", None)
    header = ["name", "phone", "address"]
    rows = [["Ganesh P", "09822011111", "New lane"], ["no phone", "", "Here"]]
    rows += [["New", "9000000001", ""], ["New again", "9000000001", ""]]
    assert desk.look(header, *rows).counts() == {"new": 1, "updates": 0, "left": 3, "bad": 0}
    outcome = desk.take(header, *rows, shop_phone="update", shop_name="keep", file_phone="update")
    assert (outcome["new"], outcome["updates"], outcome["left"]) == (2, 1, 1)
    told = sorted((row.name, row.address) for row in shop.rows(Customer))
    assert told == [("Ganesh P", "New lane"), ("New again", None), ("No Phone", None), ("no phone", "Here")]


def test_two_of_one_name_with_phones_of_their_own_are_two_people(shop: Shop, desk: Desk) -> None:
    shop.customer("Amit Patel", "9822011111")
    assert desk.look(["name", "phone"], ["Amit Patel", "9000000001"], ["Amit Patel", "9000000002"]).counts()["new"] == 2


def test_a_known_khata_is_opened_only_where_it_is_empty(shop: Shop, desk: Desk) -> None:
    empty = shop.customer("Empty", "9000000001")
    full = debtor(shop, "300", "Full", phone="9000000002")
    header = ["name", "phone", "balance"]
    rows = (["Empty", "9000000001", "200"], ["Full", "9000000002", "250"])
    found = desk.look(header, *rows, shop_phone="update")
    assert [one.reason for one in found.aside] == ["The khata of Full stands at ₹300.00. Correct it on their page."]
    desk.take(header, *rows, shop_phone="update")
    assert (owes(shop, empty), owes(shop, full)) == (Decimal(200), Decimal(300))
    assert list(books.differences()) == []


def test_an_export_comes_in_again_and_changes_nothing(shop: Shop, desk: Desk) -> None:
    debtor(shop, "300", "सीता, शर्मा", phone="+919000000002", address="Lane 4")
    shop.customer("=Free", None)
    before = shop.rows(Customer)
    file = shop.client("ben").get("/customers/export.csv").data
    import_id = imports.bring_in(shop.ben, desk.uploads, "again.csv", io.BytesIO(file))
    imports.decide(shop.ben, desk.uploads, import_id, {"shop_phone": "update", "shop_name": "update"})
    outcome = imports.take(shop.ben, desk.uploads, import_id)
    assert (outcome["new"], outcome["updates"], outcome["bad"]) == (0, 2, 0)
    assert shop.rows(Customer) == before
    assert len(shop.rows(CreditTransaction)) == 1


def test_a_file_is_taken_once_however_often_it_is_asked_for(shop: Shop, desk: Desk) -> None:
    import_id = desk.bring(*LIST)
    first = imports.take(shop.ben, desk.uploads, import_id)
    again = imports.take(shop.ben, desk.uploads, import_id)
    assert {**first, "done": True} == again
    assert len(shop.rows(Customer)) == 3
    with pytest.raises(Refused):
        imports.decide(shop.ben, desk.uploads, import_id, {"header": "0"})


def test_a_computer_that_stops_after_the_commit_takes_nothing_twice(shop: Shop, desk: Desk) -> None:
    import_id = desk.bring(*LIST)
    outcome = imports.take(shop.ben, desk.uploads, import_id)
    # The last note was not written any more.
    imports.find(shop.ben, desk.uploads, import_id).folder.note("outcome", {**outcome, "done": False})
    again = imports.take(shop.ben, desk.uploads, import_id)
    assert (again["new"], len(shop.rows(Customer))) == (3, 3)


def test_what_fails_in_the_middle_leaves_nothing(shop: Shop, desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(*_asked: Any, **_values: Any) -> None:
        raise RuntimeError("the disk is full")

    monkeypatch.setattr(audit, "record", broken)
    with pytest.raises(RuntimeError):
        desk.take(*LIST)
    monkeypatch.undo()
    assert shop.rows(Customer) == shop.rows(CreditTransaction) == []


def test_a_file_without_use_is_refused(shop: Shop, desk: Desk) -> None:
    for content in (b"", b"%PDF-1.7", b"\x00\x01\x02"):
        with pytest.raises(Invalid):
            imports.bring_in(shop.ben, desk.uploads, "x", io.BytesIO(content))
    assert not any(desk.uploads.iterdir())
    with pytest.raises(Refused):
        desk.take(["name", "phone"], ["", "12"])
    with pytest.raises(Forbidden):
        imports.bring_in(shop.devi, desk.uploads, "x", io.BytesIO(as_csv(*LIST)))
    with pytest.raises(NotFound):
        imports.find(shop.ben, desk.uploads, uuid7())


def test_a_customer_who_moves_while_the_file_is_taken_is_not_overwritten(shop: Shop, desk: Desk) -> None:
    amit = debtor(shop, "300", "Amit", phone="9000000001")
    import_id = desk.bring(["name", "phone", "address"], ["Amit", "9000000001", "New"], shop_phone="update")
    paid(shop, amit, "100")
    imports.take(shop.ben, desk.uploads, import_id)
    assert (owes(shop, amit), shop.row(Customer, amit).address) == (Decimal(200), "New")
    assert list(books.differences()) == []


def uploaded(client: FlaskClient, content: bytes, name: str = "khata.xlsx") -> str:
    answer = client.post("/customers/import", data={"file": (io.BytesIO(content), name)})
    assert answer.status_code == 303, answer.text
    return str(answer.location)


def test_the_pages_show_first_and_take_then(shop: Shop) -> None:
    client = shop.client("ben")
    place = uploaded(client, as_xlsx(*LIST, ["Bad", "12", "", "", ""]))
    page = client.get(place).text
    for shown in ("Take over 3 customers", "₹8,750.50", "Enter a phone number of 10 digits.", "Ganesh Patil"):
        assert shown in page
    assert "Bad" in client.get(f"{place}/rows/bad").text
    assert "Why it is not taken" in client.get(f"{place}/rows/bad.csv").text
    chosen = {"header": "1", "columns": ["name", "phone", "credit_balance", "address", "credit_limit"]}
    same = {"shop_phone": "skip", "shop_name": "skip", "file_phone": "skip", "file_name": "skip"}
    moved = client.post(f"{place}/take", data={**chosen, **same, "columns": ["name", "phone", "", "", ""]})
    assert moved.status_code == 303
    assert shop.rows(Customer) == []
    assert "You changed something" in client.get(place).text
    client.post(f"{place}/choices", data={**chosen, **same})
    client.post(f"{place}/take", data={**chosen, **same})
    assert "3 customers were taken over." in client.get(place).text
    assert len(shop.rows(Customer)) == 3


def test_the_pages_refuse_in_sentences(shop: Shop) -> None:
    client = shop.client("ben")
    assert "Choose a file first." in client.post("/customers/import", data={}).text
    wrong = client.post("/customers/import", data={"file": (io.BytesIO(b"%PDF-1.7"), "x.pdf")})
    assert (wrong.status_code, "This is a PDF." in wrong.text) == (400, True)
    place = uploaded(client, as_csv(*LIST))
    twice = client.post(f"{place}/choices", data={"header": "1", "columns": ["name", "name", "", "", ""]})
    assert (twice.status_code, "is chosen for two columns" in twice.text) == (400, True)
    assert client.post(f"{place}/discard").status_code == 303
    assert client.get(place).status_code == 404


def test_the_command_takes_a_file_and_tells_what_it_left(shop: Shop, tmp_path: Path) -> None:
    file = tmp_path / "khata.csv"
    file.write_bytes(as_csv(*LIST, ["Bad", "12", "", "", ""]))
    ran = shop.app.test_cli_runner().invoke(args=["import-customers", str(file)])
    assert ran.exit_code == 0, ran.output
    assert "3 new, 0 updated, 0 left out, 1 bad; ₹8,750.50 owed already." in ran.stdout
    assert "line 5: Phone: Enter a phone number of 10 digits." in ran.stderr
    again = shop.app.test_cli_runner().invoke(args=["import-customers", str(file)])
    assert again.exit_code == 1
    assert "There is nothing to take over" in again.stderr
