"""Texts that people keep in a project: edits that stand in for the writer's, and notes to it."""
