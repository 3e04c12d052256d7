"""
What an entity must not lose, in one sealed file (spec 4.4): scrypt, AES-256-GCM, written as a whole.

A write is a temporary file, fsync, rename and fsync of the folder, so that a process that is killed leaves the state
before or the state after and nothing between.
"""
import fcntl
import json
import os
from pathlib import Path

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.kdf.scrypt import Scrypt

MAGIC = b"milagro-python-dta 1\n"
SCRYPT = {"n": 2**15, "r": 8, "p": 1}


class Unreadable(Exception):
    """The data directory cannot be used: another passphrase, damaged, or in use by another process."""


class State:
    """`data` is what is kept, any JSON object; `save` makes it last."""

    def __init__(self, folder: str, passphrase: str) -> None:
        self._folder = Path(folder)
        self._folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        os.chmod(self._folder, 0o700)
        self._lock = self._take_lock()
        self._file = self._folder / "state"
        sealed = self._file.read_bytes() if self._file.exists() else None
        if sealed is not None and not sealed.startswith(MAGIC):
            raise Unreadable("the state is damaged, or of another program")
        self._salt = sealed[len(MAGIC) : len(MAGIC) + 16] if sealed else os.urandom(16)
        key = Scrypt(salt=self._salt, length=32, **SCRYPT).derive(passphrase.encode("utf-8"))
        self._cipher = AESGCM(key)
        self.data: dict = self._open(sealed) if sealed else {}

    def save(self) -> None:
        nonce = os.urandom(12)
        body = self._cipher.encrypt(nonce, json.dumps(self.data).encode("utf-8"), MAGIC + self._salt)
        temporary = self._file.with_suffix(".new")
        descriptor = os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
        with os.fdopen(descriptor, "wb") as file:
            file.write(MAGIC + self._salt + nonce + body)
            file.flush()
            os.fsync(file.fileno())
        os.replace(temporary, self._file)
        folder = os.open(self._folder, os.O_RDONLY)
        try:
            os.fsync(folder)
        finally:
            os.close(folder)

    def _open(self, sealed: bytes) -> dict:
        at = len(MAGIC) + 16
        try:
            return json.loads(self._cipher.decrypt(sealed[at : at + 12], sealed[at + 12 :], sealed[:at]))
        except (InvalidTag, ValueError) as fault:
            raise Unreadable("the passphrase is another, or the state is damaged") from fault

    def _take_lock(self) -> int:
        descriptor = os.open(self._folder / "lock", os.O_RDWR | os.O_CREAT, 0o600)
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError as fault:
            raise Unreadable("another process uses the data directory") from fault
        return descriptor
