"""Who the tenants are, who acts for them, and the scope that keeps their data apart."""
