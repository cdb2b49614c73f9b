"""Side-by-side ratios; each file prints its own. ``make bench`` runs them all."""
