"""What a student wrote, as text, before anything of it runs: here and in the worker the same."""
