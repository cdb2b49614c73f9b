"""The data sets that models are trained on and measured with, from their original addresses.

``python -m lstm_viz.data imdb`` fetches one; nothing is fetched without this command. Three checks
stand between an address and a file that training reads:

1. **The archive**: if its SHA-256 is published, the download must have it; see ``catalogue.py``.
2. **Its form**: all expected parts are there, none is too large, and everything is read in memory
   and never unpacked to disk.
3. **The rows**: the SHA-256 of the rows made from it (``tables.digest``) must be that of the rows
   which the packaged models learned from. A file that passes holds the same data, wherever it came
   from.
"""
