"""Receipt number and second secret: both are needed to ask how far something is (trust E5)."""

import hashlib
import hmac
import secrets
from typing import Final
from uuid import UUID

from django.utils.crypto import salted_hmac

# No 0/O, 1/I/L: they are read out over the telephone and copied by hand.
_LETTERS: Final = "23456789ABCDEFGHJKMNPQRSTUVWXYZ"
_SALT: Final = "fangpin.disclosure.citizens.secret"


def new_receipt(letter: str) -> str:
    """A number that tells nothing, such as `S-7KQ2-M9XD`; `letter` by the kind."""
    drawn = "".join(secrets.choice(_LETTERS) for _ in range(8))
    return f"{letter}-{drawn[:4]}-{drawn[4:]}"


def secret_for(client_id: UUID) -> str:
    """The second secret of a form. Follows from the form's own random number and a key of the
    installation: the same form sent twice gets the same one, and nothing is kept in clear."""
    drawn = salted_hmac(_SALT, str(client_id), algorithm="sha256").digest()
    text = "".join(_LETTERS[byte % len(_LETTERS)] for byte in drawn[:10])
    return f"{text[:5]}-{text[5:]}"


def tidy(text: str) -> str:
    """As typed by somebody: capitals, without spaces and dashes."""
    return "".join(c for c in text.upper() if c.isascii() and c.isalnum())


def digest(receipt: str, secret: str) -> bytes:
    """What is kept of the secret: slow to guess, bound to its receipt."""
    return hashlib.scrypt(
        tidy(secret).encode(), salt=tidy(receipt).encode(), n=4096, r=8, p=1, dklen=32
    )


def fits(kept: bytes | memoryview, receipt: str, secret: str) -> bool:
    """Whether the secret is the one of the receipt; takes as long either way."""
    return hmac.compare_digest(bytes(kept), digest(receipt, secret))
