"""`flask --app wsgi import-products FILE`, as a person at the terminal or a script meets it."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from pos.catalog.models import Product, ProductImport
from tests.catalog.product_files import Desk, as_csv
from tests.shop import Shop

LIST = as_csv(
    ["name", "price", "barcode"], ["Salt", "20", "111"], ["", "30", ""], ["salt", "21", ""], ["Tea", "9", "111"]
)


@pytest.fixture
def run(shop: Shop, tmp_path: Path) -> Any:
    """Run the command over some content; gives click's result."""

    def running(content: bytes, *options: str) -> Any:
        file = tmp_path / "list.csv"
        file.write_bytes(content)
        return shop.app.test_cli_runner().invoke(args=["import-products", str(file), *options])

    return running


def test_good_rows_come_in_and_the_others_are_told(run: Any, shop: Shop) -> None:
    result = run(LIST, "--stock", "5")
    assert result.exit_code == 0, result.output
    assert "2 new, 0 updated, 1 left out, 1 bad." in result.stdout
    assert "line 3: Name: Enter the name of the product." in result.stderr
    assert "left_out.csv" in result.stdout
    assert {(row.name, row.stock_quantity, row.created_by) for row in shop.rows(Product)} == {
        ("Salt", 5, None),
        ("salt", 5, None),
    }


def test_the_options_decide_about_duplicates(run: Any, shop: Shop) -> None:
    result = run(LIST, "--same-name", "skip", "--same-barcode", "update")
    assert "1 new, 0 updated, 2 left out, 1 bad." in result.stdout
    assert [row.name for row in shop.rows(Product)] == ["Tea"]
    again = run(LIST, "--same-name", "update", "--same-barcode", "update")
    assert "0 updated" not in again.stdout


def test_a_clean_file_leaves_nothing_in_the_uploads(run: Any, shop: Shop) -> None:
    assert run(as_csv(["name", "price"], ["Salt", "20"])).exit_code == 0
    assert list(Desk(shop).uploads.iterdir()) == []


@pytest.mark.parametrize(
    ("content", "options", "sentence"),
    [
        (b"", (), "The file is empty."),
        (as_csv(["name", "colour"], ["Salt", "white"]), (), "Choose which column holds the selling prices."),
        (as_csv(["name", "price"], ["Salt", "x"]), (), "There is nothing to take over: every row is left out or bad."),
        (LIST, ("--stock", "many"), "“many” is not a quantity: write 2 or 0.350."),
    ],
)
def test_a_refusal_is_one_sentence_and_exit_code_1(
    run: Any, shop: Shop, content: bytes, options: tuple[str, ...], sentence: str
) -> None:
    result = run(content, *options)
    assert result.exit_code == 1
    assert result.stderr.strip() == sentence
    assert shop.rows(Product) == []
    assert not shop.rows(ProductImport, status="running")


def test_a_file_that_is_not_there_is_told(shop: Shop) -> None:
    result = shop.app.test_cli_runner().invoke(args=["import-products", "/nowhere.csv"])
    assert result.exit_code != 0
    assert "nowhere.csv" in result.stderr
