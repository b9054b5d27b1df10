"""A project, opened: configuration, sheet, data, edits and notes, with everything wrong in them."""
