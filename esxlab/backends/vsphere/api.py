"""pyVmomi's types as Any: it ships annotations for half of them, and its constructors have none."""

from __future__ import annotations

from typing import Any

from pyVmomi import vim as _vim
from pyVmomi import vmodl as _vmodl
from pyVmomi.SoapAdapter import SoapDeserializer as _SoapDeserializer
from pyVmomi.SoapAdapter import SoapResponseDeserializer as _SoapResponseDeserializer
from pyVmomi.SoapAdapter import SoapStubAdapterBase as _SoapStubAdapterBase

vim: Any = _vim
vmodl: Any = _vmodl
SoapStubAdapterBase: Any = _SoapStubAdapterBase
SoapResponseDeserializer: Any = _SoapResponseDeserializer
SoapDeserializer: Any = _SoapDeserializer
