"""Notes what a browser complains of: errors of scripts, refusals of the content policy, a server that fails."""

from __future__ import annotations

import re

from playwright.sync_api import BrowserContext, ConsoleMessage, Response, WebError

# Chromium says so of every refusal that a page shows by itself; answers that failed are noted by their status.
SAID_OF_ANY_REFUSAL = "Failed to load resource"


class Watch:
    """The complaints so far, as sentences."""

    def __init__(self) -> None:
        self.complaints: list[str] = []
        self._expected: list[re.Pattern[str]] = []

    def expect(self, pattern: str) -> None:
        """From here on a complaint like this is part of the flow."""
        self._expected.append(re.compile(pattern))

    def over(self, context: BrowserContext) -> None:
        """Listen to every page of this browser."""
        context.on("console", self._heard)
        context.on("weberror", self._thrown)
        context.on("response", self._answered)

    def _heard(self, message: ConsoleMessage) -> None:
        if message.type in ("error", "warning") and not message.text.startswith(SAID_OF_ANY_REFUSAL):
            self._note(f"{message.page.url if message.page else ''}: {message.text}")

    def _thrown(self, error: WebError) -> None:
        self._note(f"{error.page.url if error.page else ''}: {error.error}")

    def _answered(self, response: Response) -> None:
        if response.status >= 500:
            self._note(f"{response.request.method} {response.url}: {response.status}")

    def _note(self, complaint: str) -> None:
        if not any(pattern.search(complaint) for pattern in self._expected):
            self.complaints.append(complaint)
