"""The ordered report and its exporters."""
