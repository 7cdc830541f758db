"""The shop's log: one JSON object a line, to standard error and to a file that turns, with the request's id on each.

Nothing in it lets anybody in or tells a customer's phone: what looks like a password, a token or a phone number is
blotted out of every line, whoever wrote it and whatever an exception quotes.
"""

from __future__ import annotations

import json
import logging
import os
import re
import sys
from contextvars import ContextVar
from logging.handlers import RotatingFileHandler
from pathlib import Path
from typing import IO, Any

from pos.core import clock

FILE = "shop.log"
LARGEST_FILE_BYTES = 5 * 1024 * 1024
OLD_FILES = 5
BLOT = "[...]"

request_id: ContextVar[str | None] = ContextVar("request_id", default=None)

_secret_word = r"(?:password|passwd|secret|token|otp|api[_-]?key|authorization|cookie|csrf_token)"  # noqa: S105
_value = r"""("[^"]*"|'[^']*'|(?:bearer\s+)?[^\s,;&)}\]]+)"""
_named = re.compile(rf"""(?i)(["']?\b\w*{_secret_word}\w*["']?\s*[=:]\s*){_value}""")
_bearer = re.compile(r"(?i)\bbearer\s+[^\s\[]\S*")
_jwt = re.compile(r"\beyJ[\w-]+\.[\w-]+\.[\w-]*")
# A session's secret is 43 signs long, a hash 64; an id has 36.
_random = re.compile(r"(?<![\w/.-])(?=[\w-]*\d)(?=[\w-]*[A-Za-z])[\w-]{40,}(?![\w/.-])")
_phone = re.compile(r"(?<![0-9A-Za-z])(?:\+?91[ -]?|0)?[6-9]\d{4}[ -]?\d{2}(\d{3})(?![0-9A-Za-z])")
_in_an_address = re.compile(r"(\w+://[^:/@\s]+):[^@/\s]+@")


def blotted(text: str) -> str:
    """The text without passwords, tokens and full phone numbers, of which the last three digits stay."""
    text = _in_an_address.sub(rf"\1:{BLOT}@", text)
    text = _bearer.sub(f"Bearer {BLOT}", _named.sub(rf"\g<1>{BLOT}", text))
    text = _random.sub(BLOT, _jwt.sub(BLOT, text))
    return _phone.sub(r"*******\1", text)


class JsonLine(logging.Formatter):
    """A record as one line of JSON: `at`, `level`, `from`, `request`, `says`, what else is known, and `trace`."""

    def format(self, record: logging.LogRecord) -> str:
        # Standard error and the file get the same line: it is made once.
        made: str | None = getattr(record, "line", None)
        if made is None:
            made = record.line = self._made(record)
        return made

    def _made(self, record: logging.LogRecord) -> str:
        line: dict[str, Any] = {"at": clock.now().isoformat(timespec="milliseconds"), "level": record.levelname.lower()}
        line |= {"from": record.name, "process": record.process, "request": request_id.get()}
        line |= {"says": blotted(record.getMessage()), **getattr(record, "facts", {})}
        if record.exc_info:
            line["trace"] = blotted(self.formatException(record.exc_info))
        return json.dumps(line, ensure_ascii=False, default=str)


class _PrivateFile(RotatingFileHandler):
    """A file that only the shop's own user reads, however often it turns; a full disk stops nobody."""

    def _open(self) -> IO[Any]:  # type: ignore[override]
        handle = os.open(self.baseFilename, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
        return os.fdopen(handle, self.mode, encoding=self.encoding)

    def shouldRollover(self, record: logging.LogRecord) -> bool:
        """True when the line does not fit any more. The open file is asked, not the folder: that costs a third."""
        stream = self.stream
        if stream is None:
            return bool(super().shouldRollover(record))
        written = os.fstat(stream.fileno()).st_size
        return bool(written) and written + len(self.format(record).encode()) >= self.maxBytes

    def handleError(self, record: logging.LogRecord) -> None:
        """Let the line go: standard error has it, and the till must go on."""


def write_to(folder: Path) -> None:
    """From now on, write this process's log to standard error and into the folder; once for a process."""
    handlers: list[logging.Handler] = [logging.StreamHandler(sys.stderr)]
    try:
        handlers.append(_file(folder / FILE))
    except OSError as error:
        logging.getLogger("pos").warning("no log file: %s", error)
    for handler in handlers:
        handler.setFormatter(JsonLine())
        logging.getLogger().addHandler(handler)
    logging.captureWarnings(True)


def _file(path: Path) -> logging.Handler:
    return _PrivateFile(path, maxBytes=LARGEST_FILE_BYTES, backupCount=OLD_FILES, encoding="utf-8")
