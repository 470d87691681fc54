"""The commands, one module each: parse, call, exit code; everything heavy is imported inside a command."""
