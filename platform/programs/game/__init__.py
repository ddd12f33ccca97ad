"""The game kind: wheel, scratch card, prize draw, leaderboard; chances are public, and draws can be proved."""
