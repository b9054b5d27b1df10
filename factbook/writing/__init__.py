"""What is written for one section, and the offline writer."""
