"""One file per question: numbers in, numbers out. Knows nothing of pictures or pages."""
