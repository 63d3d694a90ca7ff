"""What has to be done: the difference between wanted and found, as frozen actions; pure."""
