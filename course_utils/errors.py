"""The errors that the course raises on purpose, each with a way out in its message."""


class DataError(RuntimeError):
    """An archive, a picture or a weights file is missing, damaged or not what it should be."""
