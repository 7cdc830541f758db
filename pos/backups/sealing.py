"""Backups that only a key opens: files of the age format, which `age -d -i KEYFILE` opens on any computer.

A key is one of two lines: `age1...` locks and never opens, so a shop's computer that is stolen opens nothing;
`AGE-SECRET-KEY-1...` does both. `flask --app wsgi backup-key` makes a pair.
"""

from __future__ import annotations

import os
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pyrage

from pos.backups import archive
from pos.core.errors import Refused
from pos.core.language import gettext as _

ENDING = ".age"
SECRET = "AGE-SECRET-KEY-1"  # noqa: S105
BEGINS = b"age-encryption.org/v1\n"


def new_pair() -> tuple[str, str]:
    """A key that locks, and its secret one that opens."""
    secret = pyrage.x25519.Identity.generate()
    return str(secret.to_public()), str(secret)


def is_key(text: str) -> bool:
    """True for either kind of key, whole and as it was made."""
    try:
        _lock(text)
    except (pyrage.RecipientError, pyrage.IdentityError):
        return False
    return True


def can_open(key: str | None) -> bool:
    """True for a secret key."""
    return (key or "").strip().upper().startswith(SECRET)


def is_sealed(file: Path) -> bool:
    """True for a file that needs a key, whatever its name."""
    with file.open("rb") as stream:
        return stream.read(len(BEGINS)) == BEGINS


def seal(file: Path, key: str) -> Path:
    """Write the file again beside itself so that only the secret key opens it, and wait until the disk has it."""
    sealed = file.with_name(file.name + ENDING)
    sealed.touch(mode=0o600)
    pyrage.encrypt_file(str(file), str(sealed), [_lock(key)])
    with sealed.open("rb") as stream:
        os.fsync(stream.fileno())
    return sealed


@contextmanager
def opened(file: Path, key: str | None, workplace: Path | None = None) -> Iterator[Path]:
    """The file as it was before it was sealed, for as long as this lasts; an unsealed one as it is.

    It lies open meanwhile, for this user alone, in the workplace (without one: where the system keeps such files).

    Raises Refused without the secret key, with another one, and for a file that is damaged.
    """
    if not file.is_file() or not is_sealed(file):
        yield file
        return
    if not key or not can_open(key):
        sentence = _("This backup is locked. Give its secret key, the line that begins with AGE-SECRET-KEY-1.")
        raise Refused(sentence, code="BACKUP_LOCKED", field="key")
    with tempfile.TemporaryDirectory(prefix=".opening-", dir=workplace) as place:
        plain = Path(place) / "backup.zip"
        plain.touch(mode=0o600)
        _open(file, plain, key.strip())
        yield plain


def _open(file: Path, plain: Path, key: str) -> None:
    try:
        pyrage.decrypt_file(str(file), str(plain), [pyrage.x25519.Identity.from_str(key.upper())])
    except (pyrage.DecryptError, pyrage.IdentityError) as error:
        sentence = _("This is not the key of this backup. Look for the paper on which it was written down.")
        raise Refused(sentence, code="WRONG_KEY", field="key") from error
    except OSError as error:
        raise archive.damaged() from error


def _lock(key: str) -> pyrage.x25519.Recipient:
    if can_open(key):
        return pyrage.x25519.Identity.from_str(key.strip().upper()).to_public()
    return pyrage.x25519.Recipient.from_str(key.strip())
