"""What the parts of the web exercise share: their web servers, balancer and stations."""
