"""What a tenant's figures say: members, activity, points that move, and what is owed."""
