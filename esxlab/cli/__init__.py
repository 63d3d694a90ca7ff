"""Click commands: argv, one use case, print, exit code."""
