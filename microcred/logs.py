"""One JSON line per request and per fault: the route's rule, never its address, and nobody's name."""

import json
import logging
import sys
import time
import traceback
from typing import Any

from flask import Flask, Response, g, request

from microcred.db import utcnow


class JsonLines(logging.Formatter):
    """Writes a record as one line of JSON; of a fault it keeps the kind and the places in the code, not the message."""

    def format(self, record: logging.LogRecord) -> str:
        line: dict[str, Any] = {"at": utcnow().isoformat(timespec="milliseconds"), "level": record.levelname.lower()}
        line |= record.args if isinstance(record.args, dict) else {"event": record.getMessage()}
        if record.exc_info and record.exc_info[0]:
            line["fault"] = record.exc_info[0].__name__
            line["places"] = [f"{f.filename}:{f.lineno}" for f in traceback.extract_tb(record.exc_info[2])][-12:]
        return json.dumps(line)


logger = logging.getLogger("microcred")


def init_logs(app: Flask) -> None:
    """Write lines to standard error, one for each request."""
    app.logger.handlers.clear()
    app.logger.propagate = False
    if not logger.handlers:
        handler = logging.StreamHandler(sys.stderr)
        handler.setFormatter(JsonLines())
        logger.addHandler(handler)
        logger.setLevel(logging.INFO)
        logger.propagate = False
    app.before_request(_start)
    app.after_request(_write)


def log_fault() -> None:
    """Write the fault that is being handled."""
    logger.error("%(event)s", {"event": "fault", "rule": _rule()}, exc_info=True)


def _start() -> None:
    g.started = time.perf_counter()


def _write(response: Response) -> Response:
    if request.endpoint != "static":
        spent = (time.perf_counter() - g.get("started", time.perf_counter())) * 1000
        line = {"event": "request", "method": request.method, "rule": _rule(), "status": response.status_code}
        logger.info("%(event)s", line | {"ms": round(spent, 1)})
    return response


def _rule() -> str | None:
    return request.url_rule.rule if request.url_rule else None
