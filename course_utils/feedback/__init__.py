"""Exercises that know the mistakes people make, and checks that say which one it looks like."""
