"""Log lines: one event is one line, whatever a visitor typed into it."""

import logging


class OneLine(logging.Formatter):
    """Escapes control characters in the message, so that a forged line cannot be written (tracebacks keep theirs)."""

    def formatMessage(self, record: logging.LogRecord) -> str:
        line = super().formatMessage(record)
        return "".join(c if c.isprintable() else c.encode("unicode_escape").decode() for c in line)
