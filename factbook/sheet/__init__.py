"""The prompt sheet: models, reading, linting, the section graph."""
