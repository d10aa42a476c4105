"""Exercises of lesson 08: the total cost, its weights, its gradient, a step downhill, when to stop, a painting of your own."""
