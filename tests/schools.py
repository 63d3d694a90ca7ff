"""Small embedded schools, and an administrator's session on them, for tests that need a vSphere."""

from __future__ import annotations

import contextlib
import ssl

from esxlab.sim.contracts import DatastoreShape, RouterShape, SchoolShape, ServerShape
from esxlab.sim.inventory import newest_version

VCENTER = "vcenter.example"
ESXI = "esxi1.example"


def vcenter(*, hosts=("esxi-a", "esxi-b"), capacity_gib=2000, memory_gib=1024):
    store = DatastoreShape("datastore1", hosts, capacity_gib)
    return ServerShape(VCENTER, "prof", "vcenter", hosts, (store,), datacenter="Lab", memory_gib=memory_gib)


def lone_esxi(host=ESXI, *, memory_gib=1024):
    stores = (DatastoreShape("datastore1", (host,)),)
    return ServerShape(host, "root", "esxi", (host,), stores, memory_gib=memory_gib)


def router(host="10.0.0.1"):
    return RouterShape(host, "admin", "cisco_ios", (("FastEthernet0/0", 201), ("FastEthernet0/1", 101)))


def school(*servers, routers=()):
    return SchoolShape("tests", servers, routers)


@contextlib.contextmanager
def administrator(access, host, *, user="prof"):
    """A pyVmomi session through the proxy, as esxlab's own backend has one."""
    from pyVmomi import SoapStubAdapter, vim

    address, port = access["servers"][host]
    stub = SoapStubAdapter(
        host=address, port=port, path="/sdk", version=newest_version(), sslContext=trust_nobody(), poolSize=32
    )
    session = vim.ServiceInstance("ServiceInstance", stub)
    try:
        session.content.sessionManager.Login(user, access["passwords"]["vsphere"], None)
        yield session
        session.content.sessionManager.Logout()
    finally:
        stub.DropConnections()


def trust_nobody():
    """A context that takes any certificate: what is dialled is on the loopback."""
    context = ssl.create_default_context()
    context.check_hostname = False
    context.verify_mode = ssl.CERT_NONE
    return context
