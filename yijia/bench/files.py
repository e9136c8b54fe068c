"""Reading problem files from disk: plain or gzip, with one clear error."""

import gzip
import zlib
from pathlib import Path

from yijia.core.dispatch import formats
from yijia.core.dispatch.formats import FormatError
from yijia.core.dispatch.model import Problem

MOST_BYTES = 1 << 28


def text_of(path: Path) -> str:
    """The text of a file, unpacked when it is gzip. Raises FormatError."""
    try:
        data = path.read_bytes()
        if data[:2] == b"\x1f\x8b":
            with gzip.open(path) as packed:
                data = packed.read(MOST_BYTES + 1)
        if len(data) > MOST_BYTES:
            raise FormatError(None, path.name, "the file is larger than 256 MB")
        return data.decode("utf-8")
    except (OSError, EOFError, zlib.error) as error:
        raise FormatError(None, path.name, f"cannot be read: {error}") from error
    except UnicodeDecodeError as error:
        raise FormatError(data.count(b"\n", 0, error.start) + 1, path.name, "is not UTF-8 text") from error


def problem_of(path: Path, form: str | None) -> Problem:
    """The problem in a file; its format is recognised when not given. Raises FormatError."""
    text = text_of(path)
    chosen = form or formats.guess(text)
    if chosen is None:
        raise FormatError(1, path.name, f"the format is not recognised; name it: {', '.join(formats.READERS)}")
    return formats.read(text, chosen)
