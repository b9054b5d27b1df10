"""The offline writer: prose from findings alone, figures by reference."""

from factbook.writing.offline.extent import extent_of
from factbook.writing.offline.writer import (
    WRITING_VERSION,
    OfflineWriter,
    messages_of,
    summarise,
)

__all__ = ["WRITING_VERSION", "OfflineWriter", "extent_of", "messages_of", "summarise"]
