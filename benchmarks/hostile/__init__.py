"""What one hostile socket, and ten, cost everybody else."""
