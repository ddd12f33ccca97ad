"""The public pages of games: odds and rules from the table that draws, and a page where anybody can recompute."""
