"""Numbers in, a ``Picture`` out: the same stems as the analyses. Knows nothing of pages."""
