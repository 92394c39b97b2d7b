"""What every page shares: middleware, logs, error pages, health."""
