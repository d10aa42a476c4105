"""Exercises of lesson 07: the Gram matrix, of a region and a step apart, the style cost of a layer, and the layers' weights."""
