"""Directed latent-variable models and variational methods: reference solutions and what their properties ask."""
