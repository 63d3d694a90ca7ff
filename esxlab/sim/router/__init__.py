"""The stand-in for a Cisco router: an IOS command line over SSH and telnet that refuses what IOS refuses."""
