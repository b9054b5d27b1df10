"""Messages in the words of the form, for a person who started a run there."""

from __future__ import annotations

import re
from collections.abc import Sequence

from flows.flow_runs import is_deployed
from flows.overrides import Overrides

_OPTIONS = ("provider", "rewrite", "note", "strict", "settings", "out")
_AS_OPTION = {"settings": "set"}
_AGAIN = (
    (re.compile(r"\brun the same command again"), "run it again with the same fields"),
    (re.compile(r"\bRun the same command again"), "Run it again with the same fields"),
    (re.compile(r"\bthe same command\b"), "a run with the same fields"),
    (re.compile(r"\bThe same command\b"), "A run with the same fields"),
)


def in_words_of_form(message: str, touched: Sequence[str] = ()) -> str:
    """A message of a deployed run that speaks of fields, and not of options of a command.

    Of a run that was started by a command it is left as it is.

    Args:
        message: What is said.
        touched: Titles of the fields that were filled in, where one may be what is wrong.
    """
    if not is_deployed():
        return message
    for name in _OPTIONS:
        title = Overrides.model_fields[name].title
        message = re.sub(rf"--{_AS_OPTION.get(name, name)}(?![\w-])", f"'{title}'", message)
    for pattern, words in _AGAIN:
        message = pattern.sub(words, message)
    if touched:
        fields = ", ".join(f"'{title}'" for title in touched)
        message = f"{message}\nFields of the form that were changed: {fields}."
    return message
