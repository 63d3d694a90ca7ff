"""What the parts of the web exercise share: their web servers, director and stations."""
