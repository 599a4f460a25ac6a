"""What an expression is, and what its derivative is; no floating point."""
