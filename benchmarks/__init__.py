"""`make bench`: how fast Guerdon is, beside the limit that the same rows have when pgbench writes them."""
