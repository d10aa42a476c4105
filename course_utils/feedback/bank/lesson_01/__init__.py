"""Exercises of lesson 01: distances, the two rates of error, thresholds chosen on data, and how many pairs there are."""
