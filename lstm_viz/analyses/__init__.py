"""One file per question: numbers in, numbers out. Knows nothing of figures or pages."""
