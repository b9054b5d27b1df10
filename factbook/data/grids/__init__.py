"""Files and their cells, read within bounds: grids of columns."""
