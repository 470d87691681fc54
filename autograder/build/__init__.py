"""What is made from the reference: the template that students fill in."""
