"""Exercises of lesson 03: the triplet loss, its gap, and which triplets to learn from."""
