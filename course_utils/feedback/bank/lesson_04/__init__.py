"""Exercises of lesson 04: the logistic unit, its loss and its honesty, the mix of people who come, and decisions."""
