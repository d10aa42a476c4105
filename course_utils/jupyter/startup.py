"""What a kernel of the lab runs before its first cell; it leaves no name behind."""

try:  # noqa: SIM105 - an import of `suppress` would leave its name
    __import__("course_utils")  # so that `import tensorflow` fills no page, in a notebook without the course too
except ImportError:  # a kernel of another environment
    pass
