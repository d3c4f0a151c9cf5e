"""What `flask` and `gunicorn app:app` load."""

import sys

from microcred import create_app
from microcred.config import UnusableSetting

CANNOT_START = 3
"""What gunicorn understands as "do not try again"."""

try:
    app = create_app()
except UnusableSetting as reason:
    print(f"microcred does not start: {reason}", file=sys.stderr)
    sys.exit(CANNOT_START)
