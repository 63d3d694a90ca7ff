"""The three worlds in memory, for laws and for tests; nothing else imports them."""
