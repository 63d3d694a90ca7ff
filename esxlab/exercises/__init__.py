"""What each exercise makes of a group: the lab that is wanted, the questions, the failures on purpose."""
