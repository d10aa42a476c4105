"""A class on JupyterHub: `make hub` sets up what the settings say, and starts it.

- `settings`: what hub/settings.toml may say, and what is wrong with it
- `accounts`: who takes part, as accounts of the system
- `installing`: what is put into the hub's folder: programs, packages, the course, the exchange
- `jupyterhub_config`: JupyterHub's settings, which follow from ours
- `filing`: what students hand in where all users are one to the disk, as on Kubernetes
- `service`: which takes it
- `servers/`: settings of the server that a student gets, and of the one in which the lecturers grade
"""
