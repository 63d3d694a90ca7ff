"""A page of the class as it stands, for the projector and for students: read only."""
