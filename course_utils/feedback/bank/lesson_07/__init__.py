"""Exercises of lesson 07: the content cost, the Gram matrix, the style cost of one layer and of several."""
