"""The cost of one hostile socket, and of ten, to everybody else."""
