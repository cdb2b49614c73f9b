"""What moves with the reader: drawn in the browser, without a round trip to the server."""
