"""The number systems: float64, balls, a prime field, and bounds of degree."""
