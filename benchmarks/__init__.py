"""How long an imported model takes to load, run and train, beside the same network written by hand."""
