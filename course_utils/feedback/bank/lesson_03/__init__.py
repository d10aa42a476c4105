"""Exercises of lesson 03: the triplet loss, its gap, plain and squared, and which triplets to learn from."""
