"""Reading of tables, PLEXOS results, nodes, borders and places: from files to series."""
