"""Cisco routers, with netmiko; the only room that imports it."""
