"""What is learned from: data sets and tables, as rows, as numbers, in batches."""
