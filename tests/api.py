"""A program that talks to the API in a person's name."""

from __future__ import annotations

from typing import Any

from jwt.types import Options

from tests.shop import PASSWORD, Shop

# What jwt would judge by the machine's clock, the shop judges by its own.
BY_THE_SHOPS_CLOCK: Options = {"verify_exp": False, "verify_iat": False}


class Program:
    """`program.post("/sales", {...})` gives the answer; bodies are JSON, the token is sent along."""

    def __init__(self, shop: Shop, who: str) -> None:
        self.client = shop.app.test_client()
        body = {"email": f"{who}@example.com", "password": PASSWORD}
        token = self.client.post("/api/v1/auth/login", json=body).json["data"]["token"]  # type: ignore[index]
        self.headers = {"Authorization": f"Bearer {token}"}

    @classmethod
    def by_token(cls, shop: Shop, token: str) -> Program:
        """One that holds a token already."""
        program = cls.__new__(cls)
        program.client, program.headers = shop.app.test_client(), {"Authorization": f"Bearer {token}"}
        return program

    def get(self, path: str, **query: Any) -> Any:
        return self.client.get(f"/api/v1{path}", query_string=query, headers=self.headers)

    def post(self, path: str, body: Any = None, **headers: str) -> Any:
        return self._send("post", path, body, headers)

    def put(self, path: str, body: Any = None, **headers: str) -> Any:
        return self._send("put", path, body, headers)

    def patch(self, path: str, body: Any = None, **headers: str) -> Any:
        return self._send("patch", path, body, headers)

    def delete(self, path: str, **query: Any) -> Any:
        return self.client.delete(f"/api/v1{path}", query_string=query, headers=self.headers)

    def _send(self, how: str, path: str, body: Any, headers: dict[str, str]) -> Any:
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        sent = {} if body is None else {"json": body}
        return getattr(self.client, how)(f"/api/v1{path}", headers={**self.headers, **named}, **sent)
