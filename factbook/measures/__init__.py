"""What a measure is, and what is known of it from its unit and its name."""
