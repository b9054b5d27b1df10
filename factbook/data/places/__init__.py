"""Places: names and codes, kinds and lists, regions and their members, nodes and borders."""
