"""Exercises of lesson 04: the logistic unit, its loss, the mix of people who come, and decisions."""
