"""The tills of a fault run: programs at the API and browsers at the pages. Each writes down what it sends and hears.

A line is on the disk before a request is sent, and again when its answer has come: what is acknowledged is what a
cashier has seen. Whatever has no clear answer is sent again, with the same key, until it has one.
"""

from __future__ import annotations

import http.client
import json
import os
import random
import threading
import time
from abc import ABC, abstractmethod
from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from tests.served import Browser, Door
from tests.shop import PASSWORD

PATIENCE_SECONDS = 20.0
LONGEST_RUN_HOME_SECONDS = 90.0
HANGS_UP_ONE_IN = 25
NO_ANSWER = (OSError, http.client.HTTPException)
# What says "perhaps": the same request is sent again.
UNCLEAR = {0, 401, 429, 500, 503}


@dataclass(frozen=True)
class Deed:
    """One thing that a till wants done, once, whatever happens: its key, or its cart."""

    kind: str
    key: str
    method: str
    path: str
    body: dict[str, Any] | None = None


class Log:
    """What one till knows, line by line on the disk."""

    def __init__(self, file: Path) -> None:
        self._file = file.open("a", encoding="utf-8")

    def write(self, word: str, deed: Deed, **more: Any) -> None:
        """Write a line down and wait until the disk has it."""
        self._file.write(json.dumps({"word": word, "kind": deed.kind, "key": deed.key, **more}) + "\n")
        self._file.flush()
        os.fsync(self._file.fileno())

    def close(self) -> None:
        self._file.close()


@dataclass
class Goods:
    """What there is to sell and to whom, as the API names it."""

    products: list[str]
    customers: list[str]


@dataclass
class Till(ABC):
    """A till that works until it is told to stop, then gets an answer to what it sent last."""

    name: str
    door: Door
    log: Log
    lots: random.Random
    closing: threading.Event
    heard: Counter[str] = field(default_factory=Counter)

    def work(self) -> None:
        """One deed after the other, each sent until its answer is clear."""
        while not self.closing.is_set():
            deed = self.next()
            if deed is None:
                return
            self.log.write("sent", deed)
            self._until_clear(deed)
        self.hang_up()

    def _until_clear(self, deed: Deed) -> None:
        given_up_at: float | None = None
        while True:
            if self.closing.is_set():
                given_up_at = given_up_at or time.monotonic() + LONGEST_RUN_HOME_SECONDS
            assert given_up_at is None or time.monotonic() < given_up_at, f"{deed.kind} never gets an answer"
            status, told = self.send(deed)
            self.heard[f"{deed.kind} {status or 'no answer'}"] += 1
            if status in UNCLEAR:
                time.sleep(self.lots.uniform(0.02, 0.2) if status else self.lots.uniform(0.1, 0.4))
                continue
            self.log.write("done" if status < 400 else "refused", deed, told=told, status=status)
            return self.learn(deed, told if status < 400 else None)

    @abstractmethod
    def next(self) -> Deed | None:
        """What is done next; None when there is nothing left to do."""

    @abstractmethod
    def send(self, deed: Deed) -> tuple[int, str | None]:
        """Send it once: the answer's status and what it made; 0 when no answer came."""

    def learn(self, deed: Deed, made: str | None) -> None:  # noqa: B027  (not every till has to)
        """Remember what an answer tells for later deeds."""

    def hang_up(self) -> None:  # noqa: B027
        """Let go of the line."""


@dataclass
class Program(Till):
    """Sells, takes payments, voids and takes goods back over the API, in the owner's name."""

    goods: Goods = field(default_factory=lambda: Goods([], []))
    _count: int = 0
    _token: str = ""
    _line: http.client.HTTPConnection | None = None
    # Bills of this till: the id, and the id of one line.
    _bills: list[tuple[str, str]] = field(default_factory=list)

    def next(self) -> Deed:
        self._count += 1
        key, lot = f"{self.name}-{self._count}", self.lots.random()
        if self._bills and lot < 0.12:
            sale, _item = self._bills.pop(self.lots.randrange(len(self._bills)))
            return Deed("void", key, "DELETE", f"/sales/{sale}?reason=mistake")
        if self._bills and lot < 0.28:
            sale, item = self.lots.choice(self._bills)
            back = {"items": [{"saleItemId": item, "quantity": 1}], "refundTo": "CASH", "reason": "torn"}
            return Deed("return", key, "POST", f"/sales/{sale}/returns", back)
        if lot < 0.40:
            paid = {"customerId": self.lots.choice(self.goods.customers), "amount": self.lots.randrange(1, 30)}
            return Deed("pay", key, "POST", "/credit/payment", {**paid, "paymentMethod": "CASH"})
        return Deed("sell", key, "POST", "/sales", self._basket())

    def _basket(self) -> dict[str, Any]:
        chosen = self.lots.sample(self.goods.products, self.lots.randrange(1, 4))
        items = [{"productId": one, "quantity": self.lots.randrange(1, 4)} for one in chosen]
        if self.lots.random() < 0.3:
            customer = self.lots.choice(self.goods.customers)
            return {"items": items, "customerId": customer, "paymentMethod": "CREDIT", "amountPaid": 0}
        return {"items": items, "paymentMethod": "CASH", "amountPaid": 10_000}

    def send(self, deed: Deed) -> tuple[int, str | None]:
        try:
            if not self._token:
                self._sign_in()
            status, body = self._ask(deed.method, deed.path, deed.body, {"Idempotency-Key": deed.key})
        except NO_ANSWER:
            self.hang_up()
            return 0, None
        if status == 401:
            self._token = ""
        return status, self._made(deed, body["data"]) if status < 400 else body.get("code")

    def _made(self, deed: Deed, data: dict[str, Any]) -> str:
        if deed.kind == "sell":
            self._bills.append((data["sale"]["id"], data["sale"]["items"][0]["id"]))
        name = {"sell": "sale", "void": "sale", "return": "creditNote", "pay": "transaction"}[deed.kind]
        return str(data[name]["id"])

    def _sign_in(self) -> None:
        status, body = self._ask("POST", "/auth/login", {"email": "asha@example.com", "password": PASSWORD}, {})
        if status != 200:
            raise http.client.HTTPException(f"not let in: {status}")
        self._token = body["data"]["token"]

    def _ask(self, method: str, path: str, body: Any, headers: dict[str, str]) -> tuple[int, Any]:
        if self._line is None:
            self._line = http.client.HTTPConnection("127.0.0.1", self.door.port, timeout=PATIENCE_SECONDS)
        sent = {"Content-Type": "application/json", **headers}
        if self._token:
            sent["Authorization"] = f"Bearer {self._token}"
        self._line.request(method, f"/api/v1{path}", json.dumps(body) if body is not None else None, sent)
        if self.lots.randrange(HANGS_UP_ONE_IN) == 0:
            # The answer is lost on its way, whatever the server did.
            raise http.client.HTTPException("the line is cut")
        answer = self._line.getresponse()
        text = answer.read()
        # What fails while an error is being told is answered by the server itself, in plain text.
        return answer.status, json.loads(text) if answer.status != 500 or text[:1] == b"{" else {}

    def hang_up(self) -> None:
        if self._line is not None:
            self._line.close()
            self._line = None


@dataclass
class Page(Till):
    """Pays carts at the till's own pages, as Ben does in his browser; the cart is the key."""

    carts: list[str] = field(default_factory=list)
    browser: Browser | None = None

    def next(self) -> Deed | None:
        if not self.carts:
            return None
        cart = self.carts.pop()
        return Deed("cart", cart, "POST", f"{cart}/pay")

    def send(self, deed: Deed) -> tuple[int, str | None]:
        assert self.browser is not None
        try:
            answer = self.browser.send(deed.path, cash="100")
            goes_to = urlsplit(answer.address).path
            if answer.status == 303 and goes_to == "/sign-in":
                self.browser.sign_in("ben@example.com")
                return 401, None
        except (*NO_ANSWER, AssertionError):
            # Signing in again may meet the same trouble.
            self.browser.hang_up()
            return 0, None
        if answer.status == 303 and not goes_to.endswith("/done"):
            return 500, None
        return answer.status, deed.key

    def hang_up(self) -> None:
        assert self.browser is not None
        self.browser.hang_up()
