"""The trusted side: from a handed-in folder to results; starts the worker by path and never imports it."""
