"""CS229 Fall 2020, problem set 3: reference solutions and the data their properties are fed."""
