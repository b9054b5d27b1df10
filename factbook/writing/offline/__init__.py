"""The offline writer: prose from facts alone, by reference."""

from factbook.writing.offline.writer import WRITING_VERSION, OfflineWriter, extent_of, summarise

__all__ = ["WRITING_VERSION", "OfflineWriter", "extent_of", "summarise"]
