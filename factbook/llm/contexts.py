"""Context lengths of models, by their names."""

from __future__ import annotations

CAREFUL_CONTEXT_TOKENS = 8_192
"""Context of a model that the table does not list: what even small current models take."""

_CONTEXT_TOKENS = {
    # Tokens of the prompt: of GPT-5's 400,000 tokens, 128,000 are for the completion.
    "gpt-5": 272_000,
    "gpt-4.1": 1_047_576,
    "gpt-4o": 128_000,
    "gpt-4-turbo": 128_000,
    "gpt-4-32k": 32_768,
    "gpt-4": 8_192,
    "gpt-3.5-turbo": 16_385,
    "gpt-oss": 131_072,
    "o1": 200_000,
    "o1-mini": 128_000,
    "o1-preview": 128_000,
    "o3": 200_000,
    "o4": 200_000,
    "claude": 200_000,
    "gemini": 1_000_000,
    "deepseek": 64_000,
    "mistral": 32_768,
    "mistral-large": 128_000,
    "llama-3": 8_192,
    "llama-3.1": 131_072,
    "llama-3.2": 131_072,
    "llama-3.3": 131_072,
    "qwen2.5": 32_768,
    "qwen3": 32_768,
    "smollm2": 8_192,
}
"""Published context lengths by the beginning of a model's name; the longest that fits counts."""


def context_tokens_of(model: str) -> int:
    """Tokens that a model takes, by its name; `CAREFUL_CONTEXT_TOKENS` for one not known.

    Args:
        model: Name of the model; a publisher before a slash does not count.
    """
    name = model.rpartition("/")[2].casefold()
    known = [beginning for beginning in _CONTEXT_TOKENS if name.startswith(beginning)]
    return _CONTEXT_TOKENS[max(known, key=len)] if known else CAREFUL_CONTEXT_TOKENS
