"""`python -m esxlab` is the command `esxlab`."""

from esxlab.cli.main import main

main()
