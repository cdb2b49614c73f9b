"""How good is a finished model? Accuracy, calibration, and suites of sentences."""
