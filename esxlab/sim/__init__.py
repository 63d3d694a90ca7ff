"""The embedded school: vcsim, simulated guests and routers, all on 127.0.0.0/8, so that anybody can try esxlab."""
