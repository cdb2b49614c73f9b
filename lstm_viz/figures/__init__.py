"""Numbers in, ``go.Figure`` out: the same stems as the analyses. Knows nothing of pages."""
