"""What a person or a program reads: functions from results to strings, and listeners that write progress."""
