"""The three worlds in memory, for laws; and simulated guests and routers in the test's own process."""
