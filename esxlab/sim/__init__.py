"""The embedded school: vcsim, simulated guests and routers on the loopback, so that anybody can try it."""
