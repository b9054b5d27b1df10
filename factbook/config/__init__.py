"""Configuration: project.toml, ``--set``, the environment, and secrets in them."""
