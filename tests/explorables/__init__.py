"""Tests of the explorable figures, as far as Python makes them; tests/browser has their life in a browser."""
