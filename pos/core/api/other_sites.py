"""Web pages of one other site that may use the API from a browser: CORS_ORIGIN, and no other (DESIGN.md 8)."""

from __future__ import annotations

from flask import Flask, Response, request

METHODS = "GET, POST, PUT, PATCH, DELETE"
SENT = "Authorization, Content-Type, Idempotency-Key"
READ = "Idempotent-Replayed, Retry-After, Content-Disposition"
REMEMBERED_SECONDS = "600"


def install(app: Flask, origin: str | None) -> None:
    """Let browsers show the API's answers to pages of this origin (`https://shop.example`); None lets nobody."""
    allowed = (origin or "").rstrip("/")

    @app.after_request
    def tell_the_browser(response: Response) -> Response:
        if not request.path.startswith("/api/") or not allowed:
            return response
        response.vary.add("Origin")
        if request.headers.get("Origin") != allowed:
            return response
        response.headers["Access-Control-Allow-Origin"] = allowed
        response.headers["Access-Control-Expose-Headers"] = READ
        if request.method == "OPTIONS":
            response.headers["Access-Control-Allow-Methods"] = METHODS
            response.headers["Access-Control-Allow-Headers"] = SENT
            response.headers["Access-Control-Max-Age"] = REMEMBERED_SECONDS
        return response
