"""What a reader refuses, and with which code of spec/errors.md."""


class Refused(Exception):
    """`code` is of the registry; `reason` is for people."""

    def __init__(self, code: str, reason: str = "") -> None:
        super().__init__(f"{code}: {reason}" if reason else code)
        self.code = code


def demand(holds: bool, code: str, reason: str = "") -> None:
    """Refuses with `code` where what is demanded does not hold."""
    if not holds:
        raise Refused(code, reason)
