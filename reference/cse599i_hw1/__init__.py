"""Stratos, assignment 5: reference solutions and what their properties are judged by."""
