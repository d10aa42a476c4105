"""Exercises of lesson 02: points on a sphere, the contrastive loss, its slope and its baseline, and the pairs to train on."""
