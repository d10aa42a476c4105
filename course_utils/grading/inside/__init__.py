"""What runs in the sealed process, beside the student's code. Nothing that it says is trusted.

- `launch`: starts the kernel, limits first
- `forbidden`: system calls that are refused
- `sockets`: the kernel, on sockets that were opened outside
- `handed_over`: keeps the functions of the check cells
- `answers`: calls them
- `hidden`: stands in for the parts of the package that are not there
- `output`: what is printed, sent in pieces
"""
