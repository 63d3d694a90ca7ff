"""The outside world behind three narrow protocols: vSphere, guests, routers."""
