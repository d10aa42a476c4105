"""Exercises of lesson 08: the total cost, its weights and its gradient, a step downhill, a painting of your own."""
