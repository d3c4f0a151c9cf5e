"""How a file is refused: beside the field it was chosen in, and never with another exception."""

import errno
from collections.abc import Iterator
from contextlib import contextmanager

from flask_babel import LazyString

from microcred.errors import Refused

FIELD = "file"
TROUBLE_OF_THE_MACHINE = {errno.ENOSPC, errno.EDQUOT, errno.EIO, errno.EROFS, errno.EMFILE, errno.ENFILE, errno.ENOMEM}


def refused(sentence: LazyString) -> Refused:
    """Word a refusal for the field that the file was chosen in."""
    return Refused(sentence, field=FIELD)


@contextmanager
def refusing_what_breaks(sentence: LazyString) -> Iterator[None]:
    """Turn whatever a parser trips over in a hostile or broken file into a refusal; a full disk stays a full disk."""
    try:
        yield
    except Refused:
        raise
    except Exception as trouble:
        if isinstance(trouble, OSError) and trouble.errno in TROUBLE_OF_THE_MACHINE:
            raise
        raise refused(sentence) from None
