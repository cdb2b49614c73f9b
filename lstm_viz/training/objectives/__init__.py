"""What a stage minimizes: the loss of the next word, or of a classification."""
