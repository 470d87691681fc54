"""What the students of dl2024-hw4 write, as it should be."""
