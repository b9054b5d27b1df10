"""Configuration: project.toml, ``--set``, the environment, and what is secret in them."""
