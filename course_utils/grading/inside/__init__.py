"""What runs in the sealed process, beside the student's code. Nothing that it says is trusted."""
