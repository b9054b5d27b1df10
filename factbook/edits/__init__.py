"""Texts that people keep in a project: edits that replace the writer's, and notes to it."""
