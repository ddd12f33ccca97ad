"""Payment providers: our own sandbox, and Stripe; both keep `programs.paid.provider.Provider` (DESIGN §6)."""
