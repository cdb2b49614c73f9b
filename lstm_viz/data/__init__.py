"""The data sets that models are trained on and measured with, from their own addresses.

``python -m lstm_viz.data imdb`` fetches one; nothing is fetched unless that is asked for. Three
checks stand between an address and a file that training reads:

1. **The archive**: where others publish its SHA-256, what came must have it. ``catalogue.py`` says
   which; no sum is invented for the rest.
2. **Its form**: every part that is expected, and nothing larger than it can be; read in memory,
   never unpacked to disk.
3. **The rows**: of every data set, the SHA-256 of the rows made from it (``tables.digest``) must be
   that of the rows which the packaged models learned from. A file that passes is the same data,
   whichever way it came.
"""
