"""What is handed in to be graded in tests, by honest people and others, and what has to come of it."""
