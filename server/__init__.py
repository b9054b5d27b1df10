"""A permanent Prefect server: started, checked and set up by ``factbook server``."""
