"""Whether pages are served here, for a container's health check: `python -m fangpin.web.health`.

Asks under the first of FANGPIN_HOSTS, because no other name is answered. Needs no database.
"""

import sys
from http.client import HTTPConnection, HTTPException

from fangpin.foundation import environment

_SECONDS = 5


def is_served(port: int) -> bool:
    """Whether the server on this machine says that it is well."""
    host = environment.words("FANGPIN_HOSTS", ("localhost",))[0]
    connection = HTTPConnection("127.0.0.1", port, timeout=_SECONDS)
    try:
        connection.request("GET", "/health/", headers={"Host": host})
        return connection.getresponse().read() == b"ok\n"
    except (OSError, HTTPException):
        return False
    finally:
        connection.close()


if __name__ == "__main__":
    sys.exit(0 if is_served(int(sys.argv[1]) if sys.argv[1:] else 8000) else 1)
