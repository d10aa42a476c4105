"""Exercises of lesson 06: what goes into VGG19, what one of its layers computes, sees and likes best, distances of features."""
