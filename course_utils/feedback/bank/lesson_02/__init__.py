"""Exercises of lesson 02: what is learned and shared, the contrastive loss, its slope and baseline, and pairs to train on."""
