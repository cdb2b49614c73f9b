"""Models that other libraries saved, opened as PyTorch modules that compute the same."""
