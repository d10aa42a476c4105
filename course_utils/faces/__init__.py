"""The faces half of the course: distances, evaluation."""
