"""Exercises of lesson 05: a gallery of people, names, and nobody, and a fair score."""
