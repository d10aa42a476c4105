"""The faces half of the course: distances, evaluation, baselines, sampling, losses."""
