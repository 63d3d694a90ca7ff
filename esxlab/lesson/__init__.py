"""What a lesson takes besides the labs: a group's sheet, and finding whose something is."""
