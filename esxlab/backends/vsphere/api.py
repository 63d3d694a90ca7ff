"""pyVmomi's types as Any: it ships annotations for half of them, and its constructors have none."""

from __future__ import annotations

from typing import Any

from pyVmomi import Iso8601 as _Iso8601
from pyVmomi import VmomiSupport as _VmomiSupport
from pyVmomi import vim as _vim
from pyVmomi import vmodl as _vmodl
from pyVmomi.SoapAdapter import SoapStubAdapterBase as _SoapStubAdapterBase

vim: Any = _vim
vmodl: Any = _vmodl
SoapStubAdapterBase: Any = _SoapStubAdapterBase
iso8601: Any = _Iso8601
support: Any = _VmomiSupport
