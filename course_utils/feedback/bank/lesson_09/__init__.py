"""Exercises of lesson 09: instance normalisation, the costs of a painter, how far it sees, its checkerboards, when it pays."""
