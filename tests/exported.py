"""A teacher's disks, made by qemu-img and tar: other programs than the one that reads them."""

from __future__ import annotations

import hashlib
import io
import subprocess
import tarfile

OVF = """\
<?xml version="1.0" encoding="UTF-8"?>
<Envelope xmlns="http://schemas.dmtf.org/ovf/envelope/1" xmlns:ovf="http://schemas.dmtf.org/ovf/envelope/1"
 xmlns:rasd="http://schemas.dmtf.org/wbem/wscim/1/cim-schema/2/CIM_ResourceAllocationSettingData"
 xmlns:vmw="http://www.vmware.com/schema/ovf">
  <References><File ovf:href="{name}-disk1.vmdk" ovf:id="file1" ovf:size="{size}"{packed}/></References>
  <DiskSection><Info>Virtual disks</Info>
    <Disk ovf:capacity="{gib}" ovf:capacityAllocationUnits="byte * 2^30" ovf:diskId="vmdisk1"
     ovf:fileRef="file1"
     ovf:format="http://www.vmware.com/interfaces/specifications/vmdk.html#streamOptimized"/>{more}
  </DiskSection>
  <VirtualSystem ovf:id="{name}"><Info>A virtual machine</Info><Name>{name}</Name>
    <OperatingSystemSection ovf:id="96" vmw:osType="debian10_64Guest"><Info>System</Info>
    </OperatingSystemSection>
    <VirtualHardwareSection><Info>Hardware</Info>
      <Item><rasd:InstanceID>3</rasd:InstanceID><rasd:ResourceSubType>{controller}</rasd:ResourceSubType>
        <rasd:ResourceType>6</rasd:ResourceType></Item>
      <Item><rasd:HostResource>ovf:/disk/vmdisk1</rasd:HostResource><rasd:InstanceID>9</rasd:InstanceID>
        <rasd:Parent>3</rasd:Parent><rasd:ResourceType>17</rasd:ResourceType></Item>
      <vmw:Config ovf:required="false" vmw:key="firmware" vmw:value="{firmware}"/>
    </VirtualHardwareSection>
  </VirtualSystem>
</Envelope>
"""
"""As a vCenter exports a machine, shortened (govmomi's ovf fixtures; DSP0243)."""


def convert(source, target, **options):
    """A disk of another kind."""
    said = ",".join(f"{key}={value}" for key, value in options.items())
    kind = {"vmdk": "vmdk", "qcow2": "qcow2"}.get(target.suffix[1:], "raw")
    words = ["qemu-img", "convert", "-O", kind, *(("-o", said) if said else ()), str(source), str(target)]
    subprocess.run(words, check=True, timeout=60)
    return target


def make_ova(source, target, *, name="modele", algorithm="SHA256", **told):
    """The raw disk `source` as an OVA; `told` changes what its .ovf says."""
    disk = convert(source, target.with_name(f"{name}-disk1.vmdk"), subformat="streamOptimized")
    facts = {"controller": "lsilogic", "firmware": "bios", "packed": "", "more": "", "gib": 20, **told}
    ovf = OVF.format(name=name, size=disk.stat().st_size, **facts).encode()
    files = {f"{name}.ovf": ovf, f"{name}-disk1.vmdk": disk.read_bytes()}
    digests = {file: hashlib.new(algorithm.lower(), content).hexdigest() for file, content in files.items()}
    manifest = "".join(f"{algorithm}({file})= {digest}\n" for file, digest in digests.items())
    with tarfile.open(target, "w", format=tarfile.USTAR_FORMAT) as archive:
        for file, content in {f"{name}.ovf": ovf, f"{name}.mf": manifest.encode(), **files}.items():
            entry = tarfile.TarInfo(file)
            entry.size = len(content)
            archive.addfile(entry, io.BytesIO(content))
    disk.unlink()
    return target
