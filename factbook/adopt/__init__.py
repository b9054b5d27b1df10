"""Adopting: an editor's changes in a Word or Markdown report become edits of the project."""
