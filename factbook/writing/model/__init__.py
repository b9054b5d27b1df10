"""The model writer: sections by a chat model, figures by reference."""

from factbook.writing.model.options import PassOptions, Roles
from factbook.writing.model.writer import ModelWriter

__all__ = ["ModelWriter", "PassOptions", "Roles"]
