"""The key that a browser closes unsaved forms with.

What somebody has typed and not saved is kept in their browser (`static/web/drafts.js`), closed
with AES-GCM, so that a reload, a lost connection or an ended session loses nothing and whoever
sits at the same machine afterwards reads nothing. The key comes with the form's page and is kept
nowhere in the browser; another user, or the same one with a new password, gets another.
"""

import base64
import hashlib
import hmac

from django.conf import settings

from fangpin.people.models import User


def draft_key(user: User) -> str:
    """256 bits for one user's drafts, in base64."""
    secret = settings.SECRET_KEY.encode()
    about = f"fangpin.drafts:{user.pk}:{user.password}".encode()
    return base64.b64encode(hmac.new(secret, about, hashlib.sha256).digest()).decode()
