"""Jobs: what is due is derived from the rows, so downtime catches up and running twice does nothing."""
