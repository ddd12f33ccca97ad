"""The `storefront` schema: what a shopper may see and do, and nothing else."""
