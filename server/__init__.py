"""A Prefect server that stays: started, checked and equipped by ``factbook server``."""
