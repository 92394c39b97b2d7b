"""Health check of a web container: ask this machine's app whether it lives; exit 0 if so.

Standard library only. The app answers to its public name alone, so that is the Host sent.
"""

import http.client
import os
import sys
from urllib.parse import urlsplit


def lives(port: int, public_url: str) -> bool:
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=5)
    try:
        connection.request("GET", "/livez", headers={"Host": urlsplit(public_url).netloc})
        return connection.getresponse().status == 200
    except (OSError, http.client.HTTPException):
        return False
    finally:
        connection.close()


if __name__ == "__main__":
    port = int(sys.argv[1]) if len(sys.argv) > 1 else 8000
    sys.exit(0 if lives(port, os.environ.get("SMARTAPP_PUBLIC_URL", "")) else 1)
