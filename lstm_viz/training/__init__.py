"""How the packaged models are made: recipes, data, training, measured figures.

``python -m lstm_viz.training imdb-lstm`` runs a recipe from the first word to the model card.
"""
